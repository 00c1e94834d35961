using Ballast.Core;
using Ballast.Exchange.Networks;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>One thread's fault-free values of every part, and its own copies of the weights it has struck.</summary>
internal sealed class OnnxProbe : IFaultProbe
{
    private readonly OnnxStoredWeights target;
    private readonly OnnxParts parts;
    private readonly RunOptions options = new();
    private readonly OrtValue?[] struck;
    private readonly OrtValue?[] golden;
    private readonly OrtValue?[] faulty;
    private OrtValue? input;
    private float[] scores = [];

    public OnnxProbe(OnnxStoredWeights target)
    {
        (this.target, parts) = (target, target.Sessions);
        struck = new OrtValue?[target.Weights.Count];
        (golden, faulty) = (new OrtValue?[parts.Places], new OrtValue?[parts.Places]);
        for (var w = 0; w < target.Weights.Count; w++)
            golden[w] = target.Weights[w];
    }

    public ReadOnlySpan<float> Golden => scores;

    /// <summary>Shape of the output of the last fault-free run.</summary>
    public Extents OutputShape => Extents.Of(golden[parts.Output]!.GetTensorTypeAndShape().Shape.Select(extent => (int)extent));

    public void Prepare(ReadOnlySpan<float> input)
    {
        Guard.SameLength(target.Inputs, input.Length, nameof(target.Inputs), nameof(input));
        var next = OrtTensors.Of((TensorElementType)target.Network.InputType, target.Network.InputShape, InputValues.Bytes(target.Network.InputType, input));
        this.input?.Dispose();
        golden[parts.Input] = this.input = next;
        foreach (var piece in parts.All)
        {
            var results = Run(piece, golden);
            for (var i = 0; i < results.Length; i++)
            {
                golden[piece.Outputs[i]]?.Dispose();
                golden[piece.Outputs[i]] = results[i];
            }
        }
        scores = ScoresOf(golden[parts.Output]!) ?? throw new ArgumentException($"Output '{target.Network.Output}' holds no real numbers, which could be judged.");
    }

    public FaultEffect Inject(int stratum, long site, Span<float> scores)
    {
        var weight = struck[stratum] ??= OrtTensors.CopyOf(target.Weights[stratum]);
        var right = target.Flip(stratum, site, weight.GetTensorMutableRawData());
        faulty[stratum] = weight;
        try
        {
            return target.IsNoticed(stratum, weight.GetTensorMutableRawData()) ? FaultEffect.Failure : RunFaulty(stratum, scores);
        }
        catch (OnnxRuntimeException)
        {
            return FaultEffect.Failure;
        }
        finally
        {
            target.Restore(stratum, site, weight.GetTensorMutableRawData(), right);
            faulty[stratum] = null;
            for (var place = target.Weights.Count; place < faulty.Length; place++)
            {
                faulty[place]?.Dispose();
                faulty[place] = null;
            }
        }
    }

    public void Dispose()
    {
        for (var place = target.Weights.Count; place < golden.Length; place++)
            if (place != parts.Input)
                golden[place]?.Dispose();
        input?.Dispose();
        foreach (var weight in struck)
            weight?.Dispose();
        options.Dispose();
    }

    // Only parts that something wrong goes into are run.
    private FaultEffect RunFaulty(int stratum, Span<float> scores)
    {
        foreach (var piece in parts.All)
        {
            if (!piece.Inputs.Any(place => faulty[place] is not null))
                continue;
            var results = Run(piece, golden, faulty);
            for (var i = 0; i < results.Length; i++)
                if (AreEqual(results[i], golden[piece.Outputs[i]]!))
                    results[i].Dispose();
                else
                    faulty[piece.Outputs[i]] = results[i];
        }
        if (faulty[parts.Output] is not { } output)
            return FaultEffect.Masked;
        if (ScoresOf(output) is not { } found || found.Length != scores.Length)
            return FaultEffect.Failure;
        found.CopyTo(scores);
        return FaultEffect.Scores;
    }

    private OrtValue[] Run(OnnxParts.Piece piece, OrtValue?[] values, OrtValue?[]? instead = null)
    {
        var inputs = new OrtValue[piece.Inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = instead?[piece.Inputs[i]] ?? values[piece.Inputs[i]]!;
        // The collection owns nothing but its values, which are kept.
        return [.. piece.Session.Run(options, piece.InputNames, inputs, piece.OutputNames)];
    }

    private static bool AreEqual(OrtValue one, OrtValue two)
    {
        if (!one.IsTensor || !two.IsTensor)
            return false;
        return one.GetTensorTypeAndShape().Shape.AsSpan().SequenceEqual(two.GetTensorTypeAndShape().Shape) && one.GetTensorMutableRawData().SequenceEqual(two.GetTensorMutableRawData());
    }

    private static float[]? ScoresOf(OrtValue value) => value.IsTensor ? InputValues.Scores(value.GetTensorTypeAndShape().ElementDataType, value.GetTensorMutableRawData()) : null;
}
