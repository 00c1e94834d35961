using System.Numerics;
using System.Runtime.Intrinsics;
using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Fused;

/// <summary>Batch normalisation s x + t of a batch by its own statistics, which also gives the map s = γ / sqrt(v + ε), t = β - μ s that bounds use; gradients flow through the statistics from all three.</summary>
internal sealed class BatchNormalization : autograd.MultiTensorFunction<BatchNormalization>
{
    public override string Name => nameof(BatchNormalization);

    /// <summary>The normalised batch, and of each channel s, t, mean and biased variance.</summary>
    /// <param name="batch">[B, c, ...].</param>
    /// <param name="gamma">γ, [c].</param>
    /// <param name="beta">β, [c].</param>
    /// <param name="epsilon">ε.</param>
    public static (Tensor Normalized, Tensor Scale, Tensor Shift, Tensor Mean, Tensor Variance) Of(Tensor batch, Tensor gamma, Tensor beta, double epsilon)
    {
        if (!TorchForms.IsOnProcessor(batch))
            return TorchForms.BatchNormalization(batch, gamma, beta, epsilon);
        var found = apply(batch, gamma, beta, epsilon);
        return (found[0], found[1], found[2], found[3].detach(), found[4].detach());
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (batch, gamma, beta, epsilon) = (((Tensor)vars[0]).contiguous(), (Tensor)vars[1], (Tensor)vars[2], (double)vars[3]);
        var (sums, squares, origins) = batch.dtype == ScalarType.Float32 ? Moments<float>(batch) : Moments<double>(batch);
        var count = (double)batch.numel() / batch.shape[1];
        Tensor Channels(Func<int, double> of) => tensor(Enumerable.Range(0, sums.Length).Select(of).ToArray()).to(batch.dtype);
        var mean = Channels(c => origins[c] + sums[c] / count);
        var variance = Channels(c => Math.Max(0, squares[c] / count - sums[c] / count * (sums[c] / count)));
        var scale = gamma / (variance + epsilon).sqrt();
        var shift = beta - mean * scale;
        var normalized = empty_like(batch);
        if (batch.dtype == ScalarType.Float32)
            Affine<float>(batch, scale, shift, normalized);
        else
            Affine<double>(batch, scale, shift, normalized);
        ctx.save_for_backward([batch, gamma, mean, variance, scale]);
        ctx.save_data(nameof(BatchNormOperator.Epsilon), epsilon);
        ctx.mark_non_differentiable([mean, variance]);
        return [normalized, scale, shift, mean, variance];
    }

    // Of s and t come first, from the batch too; then of μ = mean x and v = mean (x - μ)^2, which give each x a part that is affine in it.
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        var (batch, gamma, mean, variance, scale) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        var (ofBatch, epsilon) = (grad_outputs[0].contiguous(), (double)ctx.get_data(nameof(BatchNormOperator.Epsilon)));
        var (products, sums) = batch.dtype == ScalarType.Float32 ? Products<float>(ofBatch, batch, mean) : Products<double>(ofBatch, batch, mean);
        var ofShift = grad_outputs[2] + tensor(sums).to(batch.dtype);
        var ofScale = grad_outputs[1] - grad_outputs[2] * mean + tensor(products).to(batch.dtype);
        var inverse = (variance + epsilon).rsqrt();
        var count = (double)batch.numel() / batch.shape[1];
        var ofVariance = ofScale * gamma * inverse.pow(3) * -0.5;
        var slope = ofVariance * (2 / count);
        var constant = ofShift * scale * (-1 / count);
        var toBatch = empty_like(batch);
        if (batch.dtype == ScalarType.Float32)
            Gradient<float>(ofBatch, batch, scale, mean, slope, constant, toBatch);
        else
            Gradient<double>(ofBatch, batch, scale, mean, slope, constant, toBatch);
        return [toBatch, ofScale * inverse, ofShift, null!];
    }

    // Sums of x - k and (x - k)^2 of each channel, k its first number, so that little cancels; a row of one sample at a time in the batch's precision.
    private static (double[] Sums, double[] Squares, double[] Origins) Moments<T>(Tensor batch) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (samples, channels, row) = Extents(batch);
        var (sums, squares, origins) = (new double[channels], new double[channels], new double[channels]);
        TensorLoops.Over(channels, (long)samples * row, (from, to) =>
        {
            var all = TensorLoops.Elements<T>(batch);
            for (var channel = from; channel < to; channel++)
            {
                var origin = all[channel * row];
                for (var sample = 0; sample < samples; sample++)
                {
                    var x = all.Slice((sample * channels + channel) * row, row);
                    var (first, second) = (Vector512<T>.Zero, Vector512<T>.Zero);
                    var i = 0;
                    for (; i <= row - Vector512<T>.Count; i += Vector512<T>.Count)
                    {
                        var moved = Vector512.Create<T>(x[i..]) - Vector512.Create(origin);
                        first += moved;
                        second += moved * moved;
                    }
                    var (sum, square) = (Vector512.Sum(first), Vector512.Sum(second));
                    for (; i < row; i++)
                    {
                        var moved = x[i] - origin;
                        sum += moved;
                        square += moved * moved;
                    }
                    sums[channel] += double.CreateChecked(sum);
                    squares[channel] += double.CreateChecked(square);
                }
                origins[channel] = double.CreateChecked(origin);
            }
        });
        return (sums, squares, origins);
    }

    // Sums of g (x - μ) and of g of each channel.
    private static (double[] Products, double[] Sums) Products<T>(Tensor gradient, Tensor batch, Tensor mean) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (samples, channels, row) = Extents(batch);
        var (products, sums) = (new double[channels], new double[channels]);
        TensorLoops.Over(channels, (long)samples * row, (from, to) =>
        {
            var gs = TensorLoops.Elements<T>(gradient);
            var xs = TensorLoops.Elements<T>(batch);
            var means = TensorLoops.Elements<T>(mean);
            for (var channel = from; channel < to; channel++)
                for (var sample = 0; sample < samples; sample++)
                {
                    var start = (sample * channels + channel) * row;
                    var g = gs.Slice(start, row);
                    var x = xs.Slice(start, row);
                    var (first, second) = (Vector512<T>.Zero, Vector512<T>.Zero);
                    var i = 0;
                    for (; i <= row - Vector512<T>.Count; i += Vector512<T>.Count)
                    {
                        var of = Vector512.Create<T>(g[i..]);
                        first += of * (Vector512.Create<T>(x[i..]) - Vector512.Create(means[channel]));
                        second += of;
                    }
                    var (product, sum) = (Vector512.Sum(first), Vector512.Sum(second));
                    for (; i < row; i++)
                    {
                        product += g[i] * (x[i] - means[channel]);
                        sum += g[i];
                    }
                    products[channel] += double.CreateChecked(product);
                    sums[channel] += double.CreateChecked(sum);
                }
        });
        return (products, sums);
    }

    // s x + t.
    private static void Affine<T>(Tensor batch, Tensor scale, Tensor shift, Tensor result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (samples, channels, row) = Extents(batch);
        TensorLoops.Over(samples * channels, row, (from, to) =>
        {
            var xs = TensorLoops.Elements<T>(batch);
            var ys = TensorLoops.Elements<T>(result);
            var scales = TensorLoops.Elements<T>(scale);
            var shifts = TensorLoops.Elements<T>(shift);
            for (var at = from; at < to; at++)
            {
                var x = xs.Slice(at * row, row);
                var y = ys.Slice(at * row, row);
                var (s, t) = (scales[at % channels], shifts[at % channels]);
                var i = 0;
                for (; i <= row - Vector512<T>.Count; i += Vector512<T>.Count)
                    (Vector512.Create<T>(x[i..]) * s + Vector512.Create(t)).CopyTo(y[i..]);
                for (; i < row; i++)
                    y[i] = x[i] * s + t;
            }
        });
    }

    // g s + (x - μ) a + b.
    private static void Gradient<T>(Tensor gradient, Tensor batch, Tensor scale, Tensor mean, Tensor slope, Tensor constant, Tensor result) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (samples, channels, row) = Extents(batch);
        TensorLoops.Over(samples * channels, row, (from, to) =>
        {
            var gs = TensorLoops.Elements<T>(gradient);
            var xs = TensorLoops.Elements<T>(batch);
            var ys = TensorLoops.Elements<T>(result);
            var scales = TensorLoops.Elements<T>(scale);
            var means = TensorLoops.Elements<T>(mean);
            var slopes = TensorLoops.Elements<T>(slope);
            var constants = TensorLoops.Elements<T>(constant);
            for (var at = from; at < to; at++)
            {
                var g = gs.Slice(at * row, row);
                var x = xs.Slice(at * row, row);
                var y = ys.Slice(at * row, row);
                var (s, mu, a, b) = (scales[at % channels], means[at % channels], slopes[at % channels], constants[at % channels]);
                var i = 0;
                for (; i <= row - Vector512<T>.Count; i += Vector512<T>.Count)
                    (Vector512.Create<T>(g[i..]) * s + ((Vector512.Create<T>(x[i..]) - Vector512.Create(mu)) * a + Vector512.Create(b))).CopyTo(y[i..]);
                for (; i < row; i++)
                    y[i] = g[i] * s + ((x[i] - mu) * a + b);
            }
        });
    }

    private static (int Samples, int Channels, int Row) Extents(Tensor batch) => ((int)batch.shape[0], (int)batch.shape[1], (int)(batch.numel() / Math.Max(1, batch.shape[0] * batch.shape[1])));
}
