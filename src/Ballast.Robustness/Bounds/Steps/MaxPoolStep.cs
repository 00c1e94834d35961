using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>Greatest value of each window over two spatial axes. Padding never wins.</summary>
internal sealed class MaxPoolStep(string name, int input, long[] inputShape, long[] shape, SlidingWindow window) : BoundStep(name, [input], shape)
{
    private readonly WindowFrame frame = new(window, inputShape);

    public override Tensor Forward(IReadOnlyList<Tensor> x) => Patches(x[0]).amax([2]).reshape([x[0].shape[0], .. Shape]);

    public override NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness)
    {
        var (lower, upper) = (Forward([x[0].Lower]), Forward([x[0].Upper]));
        return new NodeBounds(lower, upper, soundness == Soundness.Nominal ? null : NodeBounds.Greatest(lower, upper));
    }

    /// <summary>The window's best lower bound decides: it is the maximum where no other can pass it; else it is below the maximum, and the greatest upper bound above.</summary>
    public MaxPoolRelaxation Relax(Tensor lower, Tensor upper)
    {
        var (least, greatest) = (Patches(lower), Patches(upper)); // [B, c, k, L]
        var chosen = least.argmax(2, keepdim: true);
        var others = greatest.scatter(2, chosen, full_like(chosen, double.NegativeInfinity, dtype: greatest.dtype)).amax([2]);
        var wins = least.amax([2]).ge(others).to_type(lower.dtype); // [B, c, L]
        return new MaxPoolRelaxation(PlaceOf(chosen.squeeze(2)), wins, greatest.amax([2]));
    }

    public override void Backward(BackwardPass pass, Tensor coefficients)
    {
        var lines = pass.MaxPoolRelaxationOf(this);
        var rows = coefficients.shape[0];
        var flat = coefficients.flatten(2); // [P, c, L]
        var negative = flat.clamp_max(0);
        var wins = pass.Of(lines.Wins);
        var sent = flat.clamp_min(0) + negative * wins;
        var constant = negative * (1 - wins) * pass.Of(lines.Greatest);
        pass.AddOffset(constant.flatten(1).sum(1));
        pass.Charge(constant.abs(), Size);
        // Windows that overlap add up.
        var places = pass.Of(lines.Places).expand_as(sent);
        var plane = zeros([rows, inputShape[0], inputShape[1] * inputShape[2]], pass.Type, pass.Device).scatter_add(2, places, sent);
        pass.ChargeTo(Inputs[0], sent, frame.Kernel[0] * frame.Kernel[1]);
        pass.Send(Inputs[0], plane.reshape([rows, .. inputShape]));
    }

    // [B, c, h, w] to [B, c, k, L]: the elements of each window.
    private Tensor Patches(Tensor x)
    {
        var padded = frame.PadAll(x, double.NegativeInfinity);
        var planes = padded.reshape(-1, 1, padded.shape[2], padded.shape[3]);
        var patches = F.unfold(planes, (frame.Kernel[0], frame.Kernel[1]), dilation: (frame.Dilations[0], frame.Dilations[1]), stride: (frame.Strides[0], frame.Strides[1]));
        return patches.reshape(x.shape[0], inputShape[0], frame.Kernel[0] * frame.Kernel[1], -1);
    }

    // From the position in a window to the position in the plane.
    private Tensor PlaceOf(Tensor chosen)
    {
        var slots = arange(Shape[1] * Shape[2], int64, chosen.device);
        var row = slots.div(Shape[2], RoundingMode.floor) * frame.Strides[0] + chosen.div(frame.Kernel[1], RoundingMode.floor) * frame.Dilations[0] - window.PadsBefore[0];
        var column = slots.remainder(Shape[2]) * frame.Strides[1] + chosen.remainder(frame.Kernel[1]) * frame.Dilations[1] - window.PadsBefore[1];
        return row * inputShape[2] + column;
    }
}
