using System.Globalization;
using System.Text.Json;
using Ballast.Evaluation.Slices.Clusters;
using Ballast.Evaluation.Slices.Language;
using Ballast.Evaluation.Slices.Lines;
using Ballast.Numerics.Significance;
using Ballast.Tests.Shared;
using static Ballast.Tests.Shared.GoldenJson;

namespace Ballast.Tests.Evaluation.Slices;

public sealed class GoldenSliceTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Files => GoldenFiles.Matching("ladder*.json");

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    private static int[][] Columns(JsonElement table) =>
        [.. Enumerable.Range(0, table[0].GetArrayLength()).Select(j => table.EnumerateArray().Select(row => row[j].GetInt32()).ToArray())];

    [Theory]
    [MemberData(nameof(Files))]
    public void SliceLine_finds_the_slices_of_exhaustive_enumeration_in_their_order(string path)
    {
        var root = Read(path);
        var (inputs, expected) = (root.GetProperty("inputs"), root.GetProperty("expected").GetProperty("sliceline"));
        var labels = Ints(inputs.GetProperty("labels"));
        var predictions = Ints(inputs.GetProperty("predictions"));
        double[] errors = [.. labels.Select((y, i) => y == predictions[i] ? 0.0 : 1.0)];
        var options = new SliceLineOptions
        {
            Alpha = expected.GetProperty("alpha").GetDouble(),
            MinimumSupport = expected.GetProperty("min_support").GetInt32(),
            MaximumPredicates = expected.GetProperty("max_predicates").GetInt32(),
            TopSlices = int.MaxValue,
        };
        var top = expected.GetProperty("top").EnumerateArray().ToArray();

        var all = new SliceLine(options).Search(Columns(inputs.GetProperty("columns")), errors);
        var best = new SliceLine(options with { TopSlices = Math.Max(1, top.Length) }).Search(Columns(inputs.GetProperty("columns")), errors);

        Assert.Equal(expected.GetProperty("qualifying").GetInt32(), all.Slices.Count);
        Assert.Equal(all.Slices.Take(best.Slices.Count).Select(Text), best.Slices.Select(Text));
        for (var s = 0; s < top.Length; s++)
        {
            Close([top[s].GetProperty("score").GetDouble(), top[s].GetProperty("errors").GetDouble()], [best.Slices[s].Score, best.Slices[s].ErrorSum], Tolerance, $"slice {s}");
            Assert.Equal(top[s].GetProperty("size").GetInt32(), best.Slices[s].Size);
            Assert.Equal(top[s].GetProperty("predicates").EnumerateArray().Select(p => (p[0].GetInt32(), p[1].GetInt32())), best.Slices[s].Predicates.Select(p => (p.Column, p.Value)));
        }

        static string Text(ScoredSlice slice) => string.Join(" ", slice.Predicates);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_aligner_is_ridge_regression_in_closed_form(string path)
    {
        var root = Read(path);
        var (inputs, expected) = (root.GetProperty("inputs"), root.GetProperty("expected").GetProperty("aligner"));
        var (aligner, representations, shared) = Aligner(inputs);

        Close(Doubles(expected.GetProperty("W")), aligner.Weights.ToArray(), Tolerance, "W");
        Close(Doubles(expected.GetProperty("intercept")), aligner.Intercept.ToArray(), Tolerance, "intercept");
        Close(Doubles(expected.GetProperty("r2")), [aligner.R2(representations, shared)], Tolerance, "r2");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void One_round_of_the_mixture_is_as_computed_elsewhere(string path)
    {
        var root = Read(path);
        var (inputs, expected) = (root.GetProperty("inputs"), root.GetProperty("expected").GetProperty("domino_em_step"));
        var (aligner, representations, _) = Aligner(inputs);
        var (width, columns) = (aligner.Intercept.Length, expected.GetProperty("z_columns").GetInt32());
        double[] z = [.. aligner.Map(representations).Chunk(width).SelectMany(row => row.Take(columns))];
        var (labels, predictions) = (Ints(inputs.GetProperty("labels")), Ints(inputs.GetProperty("predictions")));
        var classes = labels.Concat(predictions).Max() + 1;

        var mixture = DominoMixture.Maximize(z, labels, predictions, classes, Doubles(inputs.GetProperty("domino_initial_responsibilities")));
        var (responsibilities, logLikelihood) = mixture.Expect(z, labels, predictions, expected.GetProperty("weight").GetDouble());

        Close(Doubles(expected.GetProperty("means")), mixture.Means.ToArray(), Tolerance, "means");
        Close(Doubles(expected.GetProperty("variances")), mixture.Variances.ToArray(), Tolerance, "variances");
        Close(Doubles(expected.GetProperty("mixing")), mixture.Mixing.ToArray(), Tolerance, "mixing");
        Close(Doubles(expected.GetProperty("log_likelihood")), [logLikelihood], Tolerance, "log-likelihood");
        var first = Doubles(expected.GetProperty("responsibilities_first_rows"));
        Close(first, responsibilities[..first.Length], Tolerance, "responsibilities");
        var slices = mixture.Mixing.Length;
        Close(Doubles(expected.GetProperty("slice_error_rate")), [.. Enumerable.Range(0, slices).Select(k => DominoSearch.ErrorRate(responsibilities, slices, k, labels, predictions, out _))], Tolerance, "error rates");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Differences_and_tests_of_hypotheses_are_as_computed_elsewhere(string path)
    {
        var root = Read(path);
        var (inputs, expected) = (root.GetProperty("inputs"), root.GetProperty("expected"));
        var (aligner, representations, _) = Aligner(inputs);
        var mapped = aligner.Map(representations);
        var (labels, predictions) = (Ints(inputs.GetProperty("labels")), Ints(inputs.GetProperty("predictions")));
        foreach (var one in expected.GetProperty("classes").EnumerateObject())
        {
            var c = int.Parse(one.Name, CultureInfo.InvariantCulture);
            var difference = LanguageDifference.Of(mapped, labels, predictions, c)!;
            var scores = difference.Scores(Doubles(inputs.GetProperty("sentence_embeddings")));
            Close(Doubles(one.Value.GetProperty("delta")), difference.Delta, Tolerance, $"delta {c}");
            Close(Doubles(one.Value.GetProperty("sentence_scores")), scores, Tolerance, $"scores {c}");
            Assert.Equal(Ints(one.Value.GetProperty("top_sentences")), LanguageDifference.Top(scores, inputs.GetProperty("top_sentences").GetInt32()));

            var width = aligner.Intercept.Length;
            TestedHypothesis[] tested = [.. inputs.GetProperty("hypothesis_prompt_embeddings").EnumerateArray().Select((prompts, h) => HypothesisTest.Run(
                mapped, labels, predictions, c, new SliceHypothesis($"{h}", HypothesisEnd.High, []), HypothesisTest.Direction(Doubles(prompts), width), inputs.GetProperty("percentile").GetDouble()))];
            foreach (var (test, wanted) in tested.Zip(one.Value.GetProperty("hypotheses").EnumerateArray()))
            {
                Close(Doubles(wanted.GetProperty("direction")), test.Direction.ToArray(), Tolerance, "direction");
                Close(Doubles(wanted.GetProperty("threshold")), [test.Threshold], Tolerance, "threshold");
                Assert.Equal((wanted.GetProperty("present").GetInt32(), wanted.GetProperty("absent").GetInt32()), (test.Present.Count, test.Absent.Count));
                if (test.PValue is not { } p)
                    continue;
                Close([.. ((string[])["accuracy_present", "accuracy_absent", "z", "p"]).Select(name => wanted.GetProperty(name).GetDouble())], [test.Present.Value, test.Absent.Value, test.Z!.Value, p], Tolerance, "test");
            }
            double[] adjusted = [.. HypothesisTest.Confirm(tested).Where(test => test.AdjustedInClass is not null).Select(test => test.AdjustedInClass!.Value)];
            Close([.. one.Value.GetProperty("bh_adjusted_p").EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Number).Select(p => p.GetDouble())], adjusted, Tolerance, "adjusted");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Log_odds_and_Fishers_test_are_as_computed_elsewhere(string path)
    {
        var odds = Read(path).GetProperty("expected").GetProperty("log_odds");
        var (y1, y2) = (Doubles(odds.GetProperty("y1")), Doubles(odds.GetProperty("y2")));
        var found = y1.Zip(y2, (a, b) => LogOdds.Compare(
            a, odds.GetProperty("n1").GetDouble(), b, odds.GetProperty("n2").GetDouble(), odds.GetProperty("alpha").GetDouble(), odds.GetProperty("alpha0").GetDouble())).ToArray();
        Close(Doubles(odds.GetProperty("delta")), [.. found.Select(f => f.Delta)], Tolerance, "delta");
        Close(Doubles(odds.GetProperty("z")), [.. found.Select(f => f.Z)], Tolerance, "z");

        var fisher = Read(path).GetProperty("expected").GetProperty("fisher_two_sided");
        var table = Ints(fisher.GetProperty("table")[0]).Concat(Ints(fisher.GetProperty("table")[1])).ToArray();
        Close(Doubles(fisher.GetProperty("p")), [TwoSidedTest.Fisher(table[0], table[0] + table[1], table[2], table[2] + table[3])], Tolerance, "p");
    }

    internal static (LanguageAligner Aligner, double[] Representations, double[] Shared) Aligner(JsonElement inputs)
    {
        var (representations, shared) = (inputs.GetProperty("representations"), inputs.GetProperty("shared_embeddings"));
        var (phi, psi) = (Doubles(representations), Doubles(shared));
        return (LanguageAligner.Fit(phi, representations[0].GetArrayLength(), psi, shared[0].GetArrayLength(), inputs.GetProperty("ridge_lambda").GetDouble()), phi, psi);
    }
}
