using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>Puts a model in evaluation mode and gives every module its own mode back, also after an exception.</summary>
internal sealed class ModelMode : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] before;

    private ModelMode((nn.Module Module, bool Training)[] before) => this.before = before;

    public static ModelMode Evaluation(nn.Module model)
    {
        // Parents come before their children, whom train() reaches too.
        var modes = new[] { model }.Concat(model.modules()).Select(module => (module, module.training)).ToArray();
        if (!modes.Any(mode => mode.training))
            return new ModelMode([]);
        model.eval();
        return new ModelMode(modes);
    }

    public void Dispose()
    {
        foreach (var (module, training) in before)
            module.train(training);
    }
}
