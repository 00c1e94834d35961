using Ballast.Core;
using Ballast.Learning.Regression;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Regression;

public sealed class ConRLossTests
{
    [Property(MaxTest = 30)]
    public void The_loss_is_its_definition_pair_by_pair(int seed, byte rows, bool isLinear, bool isReference)
    {
        using var scope = NewDisposeScope();
        var (features, labels, predictions, weights) = Batch(seed, 2 + rows % 12);
        var loss = new ConRLoss(1, 0.3, 0.2, isLinear ? PushingForm.Linear : PushingForm.Exponential, referenceCompatible: isReference);

        var value = loss.Forward(Rows(features), Column(labels), Column(predictions), tensor(weights)).item<double>();

        Assert.Equal(Naive(features, labels, predictions, weights, 1, 0.3, 0.2, isLinear, isReference), value, 1e-9);
    }

    [Property(MaxTest = 20)]
    public void The_order_of_rows_does_not_matter(int seed)
    {
        using var scope = NewDisposeScope();
        var (features, labels, predictions, weights) = Batch(seed, 10);
        var order = RandomStream.For(seed, "order").Permutation(10);
        var loss = new ConRLoss(1);

        var first = loss.Forward(Rows(features), Column(labels), Column(predictions), tensor(weights)).item<double>();
        var second = loss.Forward(
            Rows([.. order.Select(i => features[i])]), Column([.. order.Select(i => labels[i])]), Column([.. order.Select(i => predictions[i])]),
            tensor(order.Select(i => weights[i]).ToArray())).item<double>();

        Assert.Equal(first, second, 1e-9 * (1 + Math.Abs(first)));
    }

    [Fact]
    public void A_pair_exactly_at_the_window_is_positive()
    {
        using var scope = NewDisposeScope();

        var (positive, negative) = new ConRLoss(2).Pairs(Column([10, 12, 14.5]), Column([5, 5, 7]));

        Assert.Equal([false, true, false, true, false, false, false, false, false], positive.data<bool>().ToArray());
        Assert.Equal([false, false, true, false, false, true, true, true, false], negative.data<bool>().ToArray());
    }

    [Fact]
    public void Without_negatives_the_loss_and_the_gradient_are_zero()
    {
        using var scope = NewDisposeScope();
        var features = Rows(Batch(1, 4).Features).requires_grad_();

        var loss = new ConRLoss(1).Forward(features, Column([1, 1, 9, 9]), Column([1, 1, 9, 9]));
        loss.backward();

        Assert.Equal(0, loss.item<double>());
        Assert.Equal(0, features.grad!.abs().sum().item<double>());
    }

    [Fact]
    public void A_single_row_gives_zero()
    {
        using var scope = NewDisposeScope();
        var features = ones(1, 3, float64).requires_grad_();

        var loss = new ConRLoss(1).Forward(features, Column([1]), Column([1]));
        loss.backward();

        Assert.Equal(0, loss.item<double>());
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0.005)]
    public void Low_temperatures_do_not_overflow(double temperature)
    {
        using var scope = NewDisposeScope();
        var (features, labels, predictions, _) = Batch(3, 12);
        var rows = Rows(features).to(float32).requires_grad_();

        var loss = new ConRLoss(1, temperature).Forward(rows, Column(labels).to(float32), Column(predictions).to(float32));
        loss.backward();

        Assert.True(loss.isfinite().item<bool>());
        Assert.True(rows.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Features_of_zero_length_and_weights_of_zero_stay_finite()
    {
        using var scope = NewDisposeScope();
        var (features, labels, predictions, weights) = Batch(4, 12);
        features[2] = [0, 0, 0];
        weights[5] = 0;
        var rows = Rows(features).requires_grad_();

        var loss = new ConRLoss(1).Forward(rows, Column(labels), Column(predictions), tensor(weights));
        loss.backward();

        Assert.True(loss.isfinite().item<bool>());
        Assert.True(rows.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Predictions_get_no_gradient()
    {
        using var scope = NewDisposeScope();
        var (features, labels, predictions, _) = Batch(5, 12);
        var given = Column(predictions).requires_grad_();
        var rows = Rows(features).requires_grad_();

        new ConRLoss(1).Forward(rows, Column(labels), given).backward();

        Assert.Null(given.grad);
        Assert.True(rows.grad!.abs().sum().item<double>() > 0);
    }

    [Fact]
    public void Labels_of_several_numbers_lie_apart_by_their_distance_and_maps_by_their_means()
    {
        using var scope = NewDisposeScope();
        var labels = tensor(new[] { 0.0, 0, 3, 4, 0, 1 }, [3, 2]);
        var same = zeros(3, 2, float64);

        var (euclidean, _) = new ConRLoss(4).Pairs(labels, same);
        var (mean, _) = new ConRLoss(4, distance: LabelDistance.MeanAbsolute).Pairs(labels, same);
        var (maps, _) = new ConRLoss(1).Pairs(tensor(new[] { 0.0, 2, 1, 1, 5, 5 }, [3, 1, 2]), zeros(3, 1, 2, float64));

        Assert.False(euclidean[0, 1].item<bool>());
        Assert.True(mean[0, 1].item<bool>());
        Assert.True(maps[0, 1].item<bool>());
        Assert.False(maps[0, 2].item<bool>());
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        using var scope = NewDisposeScope();
        var (features, labels, predictions, _) = Batch(6, 4);
        var loss = new ConRLoss(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => new ConRLoss(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConRLoss(1, temperature: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConRLoss(1, pushing: -1));
        Assert.Throws<ArgumentException>(() => loss.Forward(Rows(features), Column([1, 2]), Column([1, 2])));
        Assert.Throws<ArgumentException>(() => loss.Forward(Rows(features), Column(labels), Column([1, 2])));
        Assert.Throws<ArgumentException>(() => loss.Forward(Rows(features), Column([1, 2, double.NaN, 3]), Column(predictions)));
        Assert.Throws<ArgumentException>(() => loss.Forward(Rows(features), Column(labels), Column(predictions), tensor(new[] { 1.0 })));
    }

    internal static (double[][] Features, double[] Labels, double[] Predictions, double[] Weights) Batch(int seed, int rows)
    {
        var random = RandomStream.For(seed, "conr batch");
        double[] Draw(Func<double> value) => [.. Enumerable.Range(0, rows).Select(_ => value())];
        double[][] features = [.. Enumerable.Range(0, rows).Select(_ => new[] { random.NextGaussian(), random.NextGaussian(), random.NextGaussian() })];
        double[] labels = Draw(() => random.Next(6));
        return (features, labels, [.. labels.Select(label => label + 2 * random.NextGaussian())], Draw(() => 0.5 + random.NextDouble()));
    }

    private static double Naive(double[][] z, double[] y, double[] p, double[] r, double w, double t, double e, bool isLinear, bool isReference)
    {
        double Dot(double[] a, double[] b) => a.Zip(b, (u, v) => u * v).Sum();
        double Length(double[] a) => Math.Max(Math.Sqrt(Dot(a, a)), 1e-12);
        var total = 0.0;
        for (var i = 0; i < y.Length; i++)
        {
            var (positives, negatives) = (new List<int>(), new List<int>());
            for (var j = 0; j < y.Length; j++)
                if (j != i && Math.Abs(y[i] - y[j]) <= w)
                    positives.Add(j);
                else if (j != i && Math.Abs(p[i] - p[j]) <= w)
                    negatives.Add(j);
            if (positives.Count == 0 || negatives.Count == 0)
                continue;
            double S(int j) => Dot(z[i], z[j]) / Length(z[i]) / Length(z[j]) / t;
            double Push(int j) => isLinear ? e * r[i] * Math.Abs(y[i] - y[j]) : r[i] * Math.Exp(e * Math.Abs(y[i] - y[j]));
            var d = positives.Sum(j => Math.Exp(S(j))) + negatives.Sum(j => Push(j) * Math.Exp(S(j))) + (isReference ? y.Length - positives.Count : 0);
            total += r[i] * -positives.Average(j => S(j) - Math.Log(d));
        }
        return total / y.Length;
    }

    internal static Tensor Rows(double[][] rows) => tensor(rows.SelectMany(row => row).ToArray(), [rows.Length, rows[0].Length]);

    internal static Tensor Column(double[] values) => tensor(values, [values.Length, 1]);
}
