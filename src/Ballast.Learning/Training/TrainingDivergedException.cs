namespace Ballast.Learning.Training;

/// <summary>A loss or a gradient was NaN or infinite. The network holds the weights from before that step; written checkpoints stand.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>What an objective itself found to be not finite.</summary>
    /// <param name="what">What was found, as part of a sentence.</param>
    /// <param name="epoch">Epoch from 0.</param>
    /// <param name="step">Step from 0 over the whole training.</param>
    public TrainingDivergedException(string what, int epoch, long step)
        : base($"Training stopped in epoch {epoch + 1}, step {step + 1}: {what}. Lower the learning rate, warm it up, or clip the gradients.") =>
        (Epoch, Step, LearningRate, LargestOutput, GradientNorm) = (epoch, step, double.NaN, double.NaN, double.NaN);

    internal TrainingDivergedException(string what, int epoch, long step, double learningRate, double largestOutput, double gradientNorm, bool inputsFinite, string? checkpoint)
        : base(Compose(what, epoch, step, learningRate, largestOutput, gradientNorm, inputsFinite, checkpoint)) =>
        (Epoch, Step, LearningRate, LargestOutput, GradientNorm, Checkpoint) = (epoch, step, learningRate, largestOutput, gradientNorm, checkpoint);

    /// <summary>Epoch from 0.</summary>
    public int Epoch { get; }

    /// <summary>Step from 0 over the whole training.</summary>
    public long Step { get; }

    /// <summary>Base learning rate of the step.</summary>
    public double LearningRate { get; }

    /// <summary>Largest absolute output of the network on that batch; NaN where an output is.</summary>
    public double LargestOutput { get; }

    /// <summary>Norm of all gradients together at this step, or at the last one where the loss itself was not finite; NaN where unknown.</summary>
    public double GradientNorm { get; }

    /// <summary>The last good checkpoint, or null where none was written.</summary>
    public string? Checkpoint { get; }

    private static string Compose(string what, int epoch, long step, double rate, double output, double norm, bool inputsFinite, string? checkpoint) =>
        $"Training stopped in epoch {epoch + 1}, step {step + 1}: {what}. The learning rate was {rate:0.###e+0}, the largest absolute output {output:0.###e+0}, the gradient norm {norm:0.###e+0}. "
        + (inputsFinite ? "Lower the learning rate, warm it up, or clip the gradients." : "The batch holds missing or infinite values: fill them in before training.")
        + (checkpoint is null ? "" : $" The last good checkpoint is {checkpoint}.");
}
