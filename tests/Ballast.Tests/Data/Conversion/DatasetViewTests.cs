using Ballast.Core;
using Ballast.Data.Conversion;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Ballast.Tests.Data.Conversion;

public sealed class DatasetViewTests
{
    [Fact]
    public void Everything_comes_back_but_category_texts()
    {
        var data = new Dataset(
            new float[] { 1, 2, 3, float.NaN, 5, 6 }, 3, [FeatureColumn.Numeric("a"), FeatureColumn.Numeric("b")], labels: new[] { 1, 0, 1 }, classNames: ["no", "yes", "never"],
            groups: new[] { 0, -1, 1 }, groupNames: ["north", "south"], weights: new float[] { 1, 2, 0.5f }, rowIds: new[] { 7, -1, 9 });

        var back = DatasetFromView.Read(new DatasetView(data), TestContext.Current.CancellationToken);

        Assert.Equal(data.Features.ToArray(), back.Features.ToArray());
        Assert.Equal(["a", "b"], back.Columns.Select(column => column.Name));
        Assert.Equal(data.Labels.ToArray(), back.Labels.ToArray());
        Assert.Equal(data.ClassNames, back.ClassNames);
        Assert.Equal(data.Groups.ToArray(), back.Groups.ToArray());
        Assert.Equal(data.GroupNames, back.GroupNames);
        Assert.Equal(data.Weights.ToArray(), back.Weights.ToArray());
        Assert.Equal(data.RowIds.ToArray(), back.RowIds.ToArray());
    }

    [Fact]
    public void Images_and_real_targets_come_back()
    {
        var data = new Dataset(new float[12], 2, sampleShape: [1, 2, 3], targets: new[] { 0.5, -2 });

        var back = DatasetFromView.Read(new DatasetView(data), TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 3], back.SampleShape);
        Assert.Equal(data.Targets.ToArray(), back.Targets.ToArray());
        Assert.Empty(back.Columns);
    }

    [Fact]
    public void A_trainer_of_ML_NET_takes_it()
    {
        var random = RandomStream.For(1, "ml.net");
        var labels = Enumerable.Range(0, 300).Select(i => i % 3).ToArray();
        var features = labels.SelectMany(label => new[] { (float)(3 * label + random.NextGaussian()), (float)random.NextGaussian() }).ToArray();
        var data = new Dataset(features, 300, [FeatureColumn.Numeric("a"), FeatureColumn.Numeric("b")], labels: labels, classNames: ["x", "y", "z"]);
        var context = new MLContext(seed: 1);

        var model = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy().Fit(new DatasetView(data));

        var accuracy = context.MulticlassClassification.Evaluate(model.Transform(new DatasetView(data))).MicroAccuracy;
        Assert.True(accuracy > 0.85, $"accuracy {accuracy}");
    }

    [Fact]
    public void Views_that_cannot_be_read_say_which_column()
    {
        var context = new MLContext(seed: 1);
        var noFeatures = context.Data.LoadFromEnumerable([new { Label = 1f }]);

        var error = Assert.Throws<DataFormatException>(() => DatasetFromView.Read(noFeatures, TestContext.Current.CancellationToken));

        Assert.Equal("Features", error.Column);
    }

    [Fact]
    public void A_missing_label_is_an_error_with_its_row()
    {
        var context = new MLContext(seed: 1);
        var keys = context.Transforms.Conversion.MapValueToKey("Label").Fit(context.Data.LoadFromEnumerable([new Labelled("known")]));
        var view = keys.Transform(context.Data.LoadFromEnumerable([new Labelled("known"), new Labelled("unknown")]));

        var error = Assert.Throws<DataFormatException>(() => DatasetFromView.Read(view, TestContext.Current.CancellationToken));

        Assert.Equal(2, error.Line);
    }

    private sealed class Labelled(string label)
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [1, 2];

        public string Label { get; set; } = label;
    }
}
