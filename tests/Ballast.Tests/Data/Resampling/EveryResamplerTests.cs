using Ballast.Core;
using Ballast.Data.Resampling;

namespace Ballast.Tests.Data.Resampling;

/// <summary>What holds for every resampler; a new one joins by one line of <see cref="All"/>.</summary>
public sealed class EveryResamplerTests
{
    private static readonly SmoteOptions Seeded = new() { Seed = 5 };

    private static readonly Dictionary<string, (Func<IResampler> Make, int Numeric, int Categorical)> All = new()
    {
        ["smote"] = (() => new Smote(Seeded), 3, 0),
        ["smote-nc"] = (() => new SmoteNc(Seeded), 2, 2),
        ["smote-n"] = (() => new SmoteN(Seeded), 0, 3),
        ["smote by column kinds"] = (() => new SmoteFamily(Seeded), 1, 1),
        ["borderline 1"] = (() => new BorderlineSmote(Seeded), 3, 0),
        ["borderline 2"] = (() => new BorderlineSmote(Seeded) { Kind = BorderlineKind.Kind2 }, 3, 0),
        ["adasyn"] = (() => new Adasyn(Seeded), 3, 0),
        ["smote + enn"] = (() => new SmoteEnn(Seeded), 3, 1),
        ["smote + tomek"] = (() => new SmoteTomek(Seeded), 3, 0),
        ["enn"] = (() => new EditedNearestNeighbours(), 3, 0),
        ["enn mixed"] = (() => new EditedNearestNeighbours { Rule = NeighbourRule.Mode, Classes = CleanedClasses.All }, 2, 2),
        ["repeated enn"] = (() => new RepeatedEditedNearestNeighbours(), 3, 0),
        ["all-knn"] = (() => new AllKnn(), 3, 0),
        ["tomek"] = (() => new TomekLinks(), 3, 0),
        ["gap filling"] = (() => new GapFillingResampler(new SmoteEnn(Seeded)), 3, 1),
        ["random over"] = (() => new RandomOverSampler(seed: 5), 3, 0),
        ["random under"] = (() => new RandomUnderSampler(seed: 5), 3, 0),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static TheoryData<string> Measuring => [.. All.Keys.Where(name => !name.StartsWith("random") && name != "gap filling")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_seed_same_rows_on_any_number_of_threads(string name)
    {
        var data = Data(name, [200, 60, 30]);

        var parallel = All[name].Make().Resample(data);
        var alone = OnOneThread(() => All[name].Make().Resample(data));

        Assert.Equal(parallel.Dataset.Features.ToArray(), alone.Dataset.Features.ToArray());
        Assert.Equal(parallel.Dataset.Labels.ToArray(), alone.Dataset.Labels.ToArray());
        Assert.Equal(parallel.Origins, alone.Origins);
        Assert.Equal(parallel.Notes, alone.Notes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_input_stays_as_it_is(string name)
    {
        var data = Data(name, [60, 25]);
        var (features, labels, ids) = (data.Features.ToArray(), data.Labels.ToArray(), data.RowIds.ToArray());

        All[name].Make().Resample(data);

        Assert.Equal(features, data.Features.ToArray());
        Assert.Equal(labels, data.Labels.ToArray());
        Assert.Equal(ids, data.RowIds.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_row_tells_where_it_comes_from(string name)
    {
        var data = Data(name, [70, 30, 20]);

        var result = All[name].Make().Resample(data);

        Assert.Equal(result.Dataset.Count, result.Origins.Count);
        for (var i = 0; i < result.Origins.Count; i++)
        {
            var origin = result.Origins[i];
            Assert.Equal(data.RowIds.Span[origin.Row], origin.RowId);
            Assert.Equal(data.Labels.Span[origin.Row], result.Dataset.Labels.Span[i]);
            if (origin.Kind == RowOriginKind.Synthetic)
            {
                Assert.Equal(Dataset.SyntheticRowId, result.Dataset.RowIds.Span[i]);
                continue;
            }
            Assert.Equal(origin.RowId, result.Dataset.RowIds.Span[i]);
            Assert.True(data.Row(origin.Row).SequenceEqual(result.Dataset.Row(i)));
        }
        var originals = result.Origins.Where(o => o.Kind == RowOriginKind.Original).Select(o => o.Row).ToArray();
        Assert.Equal(originals.Distinct(), originals);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Counts_before_and_after_are_the_true_ones(string name)
    {
        var data = Data(name, [70, 30, 20]);

        var result = All[name].Make().Resample(data);

        Assert.Equal(data.ClassCounts(), result.Classes.Select(c => c.Before));
        Assert.Equal(result.Dataset.ClassCounts(), result.Classes.Select(c => c.After));
        Assert.Equal(data.ClassNames, result.Classes.Select(c => c.ClassName));
        Assert.Equal(1, result.SharesAfter().Sum(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Groups_and_weights_go_along(string name)
    {
        var data = Data(name, [60, 25]);
        data = data.WithGroups(data.RowIds.ToArray().Select(id => id % 3).ToArray(), ["x", "y", "z"])
            .WithWeights(data.RowIds.ToArray().Select(id => id / 1000f).ToArray());

        var result = All[name].Make().Resample(data);

        for (var i = 0; i < result.Origins.Count; i++)
        {
            Assert.Equal(result.Origins[i].RowId % 3, result.Dataset.Groups.Span[i]);
            Assert.Equal(result.Origins[i].RowId / 1000f, result.Dataset.Weights.Span[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Cancellation_stops_the_work(string name) =>
        Assert.ThrowsAny<OperationCanceledException>(() => All[name].Make().Resample(Data(name, [60, 25]), new CancellationToken(true)));

    [Theory]
    [MemberData(nameof(Names))]
    public void One_class_only_is_refused_by_name(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => All[name].Make().Resample(Data(name, [0, 25])));

        Assert.Contains("at least two classes; all rows are 'class 1'", error.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rows_without_labels_are_refused(string name)
    {
        var labelled = Data(name, [20, 20]);
        var data = new Dataset(labelled.Features, labelled.Count, labelled.Columns);

        Assert.Contains("labelled rows", Assert.Throws<ArgumentException>(() => All[name].Make().Resample(data)).Message);
    }

    [Theory]
    [MemberData(nameof(Measuring))]
    public void A_missing_value_is_named_by_column_and_row(string name)
    {
        var data = Data(name, [60, 25]);
        data = ResamplingData.With(ResamplingData.With(data, 70, 0, float.NaN), 7, 0, float.NaN);

        var error = Assert.Throws<DataFormatException>(() => All[name].Make().Resample(data));

        Assert.Equal(data.Columns[0].Name, error.Column);
        Assert.Equal(1008, error.Row);
        Assert.Contains("impute", error.Message);
    }

    [Theory]
    [MemberData(nameof(Measuring))]
    public void An_infinite_value_is_refused(string name) =>
        Assert.Throws<DataFormatException>(() => All[name].Make().Resample(ResamplingData.With(Data(name, [60, 25]), 3, 0, float.PositiveInfinity)));

    [Theory]
    [InlineData("random over")]
    [InlineData("random under")]
    public void Random_sampling_does_not_mind_missing_values(string name)
    {
        var result = All[name].Make().Resample(ResamplingData.With(Data(name, [60, 25]), 3, 0, float.NaN));

        Assert.Equal(result.Classes[0].After, result.Classes[1].After);
    }

    [Theory]
    [InlineData("enn")]
    [InlineData("enn mixed")]
    [InlineData("repeated enn")]
    [InlineData("all-knn")]
    [InlineData("borderline 1")]
    [InlineData("borderline 2")]
    public void A_table_with_too_few_rows_is_refused_with_a_number_that_would_do(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => All[name].Make().Resample(Data(name, [2, 1])));

        Assert.Contains("The dataset has 3 rows", error.Message);
        Assert.Contains("to at most 2", error.Message);
    }

    [Theory]
    [InlineData("smote")]
    [InlineData("smote-nc")]
    [InlineData("smote-n")]
    [InlineData("smote by column kinds")]
    [InlineData("borderline 1")]
    [InlineData("adasyn")]
    [InlineData("smote + enn")]
    [InlineData("smote + tomek")]
    public void A_class_with_few_rows_is_named_with_the_neighbours_it_allows(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => All[name].Make().Resample(Data(name, [60, 4])));

        Assert.Contains("'class 1' has 4 rows", error.Message);
        Assert.Contains("lower Neighbors to at most 3", error.Message);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_class_without_rows_stays_empty_and_is_named(string name)
    {
        var result = All[name].Make().Resample(Data(name, [60, 0, 25]));

        Assert.Equal(0, result.Classes[1].After);
        Assert.Contains(result.Warnings, warning => warning.Contains("'class 1' has no rows"));
    }

    private static Dataset Data(string name, int[] counts) => ResamplingData.Make(counts, All[name].Numeric, All[name].Categorical);

    // A scheduler of one thread: Parallel.For inside the resamplers inherits it.
    private static T OnOneThread<T>(Func<T> work)
    {
        var pair = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, 1);
        return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, pair.ExclusiveScheduler).GetAwaiter().GetResult();
    }
}
