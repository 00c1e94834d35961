using System.Text.Json;
using Ballast.Core;
using Ballast.Evaluation.Fairness;
using Ballast.Numerics.Intervals;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Evaluation.Fairness;

public sealed class DisparityDecompositionTests
{
    public static TheoryData<string> Files => GoldenFiles.Matching("fairness-pid*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public void Decompositions_equal_the_reference(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var tolerance = document.RootElement.GetProperty("tolerance").GetProperty("pid_bits").GetDouble();
        foreach (var (input, expected) in Cases(document, "pid"))
        {
            var name = input.GetProperty("name").GetString();

            var actual = DisparityDecomposition.Compute(JointDistribution.FromTable(WithoutLabels(input.GetProperty("P_z_yhat_s"))));

            foreach (var (key, value) in new[]
            {
                ("unique", actual.Unique), ("redundant", actual.Redundant), ("masked", actual.Masked), ("unique_client", actual.UniqueToClient),
                ("global_disparity", actual.Global), ("local_disparity", actual.Local), ("I_ZS", actual.GroupClientInformation),
            })
                Assert.True(Math.Abs(expected.GetProperty(key).GetDouble() - value) <= tolerance, $"{name}: {key} is {value}, expected {expected.GetProperty(key)}.");
            Assert.InRange(actual.DualGap, 0, 1e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Frontiers_equal_the_reference(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var tolerance = document.RootElement.GetProperty("tolerance").GetProperty("aglfop_error").GetDouble();
        foreach (var (input, expected) in Cases(document, "aglfop"))
        {
            var table = Numbers(input.GetProperty("p_z_s_y"));
            var given = input.GetProperty("p_hat_1_given_z_s_y");
            var kind = given.ValueKind == JsonValueKind.Null ? FrontierKind.AnyPredictor : FrontierKind.PostProcessing;
            var joint = JointDistribution.FromTable(kind == FrontierKind.AnyPredictor ? WithoutPredictions(table) : WithPredictions(table, Numbers(given)));

            foreach (var solution in expected.GetProperty("solutions").EnumerateArray())
            {
                var point = FairnessFrontier.Solve(joint, solution.GetProperty("eps_global").GetDouble(), solution.GetProperty("eps_local").GetDouble(), kind);

                Assert.Equal(solution.GetProperty("min_error").GetDouble(), 1 - point.Accuracy, tolerance);
                Assert.True(point.Disparity.Global <= Math.Max(point.GlobalLimit, FairnessFrontier.SmallestLimit) + 1e-9);
                Assert.True(point.Disparity.Local <= Math.Max(point.LocalLimit, FairnessFrontier.SmallestLimit) + 1e-9);
            }
        }
    }

    [Fact]
    public void Random_tables_are_certified_and_add_up()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = RandomStream.For(seed, "tables");
            var table = new double[1 + random.Next(3), 1 + random.Next(4), 1 + random.Next(3), 1];
            for (var i = 0; i < table.Length; i++)
                table[i / (table.GetLength(1) * table.GetLength(2)), i / table.GetLength(2) % table.GetLength(1), i % table.GetLength(2), 0] = random.NextDouble() < 0.35 ? 0 : random.NextDouble();
            table[0, 0, 0, 0] += 0.1;

            var parts = DisparityDecomposition.Compute(JointDistribution.FromTable(table));

            Assert.InRange(parts.DualGap, 0, 1e-6);
            Assert.Equal(parts.Global, parts.Unique + parts.Redundant, 1e-12);
            Assert.Equal(parts.Local, parts.Unique + parts.Masked, 1e-12);
            Assert.All([parts.Unique, parts.Redundant, parts.Masked, parts.UniqueToClient], part => Assert.True(part >= 0));
            Assert.True(parts.Redundant <= parts.GroupClientInformation + 1e-6);
        }
    }

    [Fact]
    public void Frontier_is_monotone_in_each_limit()
    {
        var joint = JointDistribution.FromRows(Draw(0, 4000, 2), Draw(1, 4000, 2), Draw(2, 4000, 2), Draw(3, 4000, 2));
        double[] limits = [0, 1e-4, 1e-3, 0.01, 0.1, 1];

        foreach (var kind in Enum.GetValues<FrontierKind>())
        {
            var grid = FairnessFrontier.Grid(joint, limits, limits, kind);

            for (var i = 0; i < limits.Length; i++)
                for (var j = 1; j < limits.Length; j++)
                {
                    Assert.True(grid[i * limits.Length + j].Accuracy >= grid[i * limits.Length + j - 1].Accuracy - 1e-6);
                    Assert.True(grid[j * limits.Length + i].Accuracy >= grid[(j - 1) * limits.Length + i].Accuracy - 1e-6);
                }
        }
    }

    [Fact]
    public void Three_classes_without_limits_are_all_right_and_with_tight_limits_follow_no_group()
    {
        var joint = JointDistribution.FromRows(Draw(0, 3000, 3), Draw(1, 3000, 2), Draw(2, 3000, 3), Draw(3, 3000, 3));

        Assert.Equal(1, FairnessFrontier.Solve(joint, 2, 2).Accuracy, 1e-6);
        Assert.True(FairnessFrontier.Solve(joint, 0, 0).Disparity.Global <= 1.1e-6);
    }

    [Fact]
    public void Counts_of_clients_add_up_to_the_table_of_all_rows()
    {
        int[] group = Draw(0, 900, 2), client = Draw(1, 900, 3), decision = Draw(2, 900, 2);
        var whole = JointDistribution.FromRows(group, client, decision);

        var summed = JointDistribution.Sum([.. Enumerable.Range(0, 3).Select(s =>
        {
            int[] own = [.. Enumerable.Range(0, 900).Where(i => client[i] == s)];
            return JointDistribution.FromRows(Pick(group, own), new int[own.Length], Pick(decision, own));
        })]);

        Assert.Equal(DisparityDecomposition.Compute(whole), DisparityDecomposition.Compute(summed), (a, b) => a.Unique == b.Unique && a.Local == b.Local && a.Global == b.Global);
        Assert.Equal(900, summed.Rows);
    }

    [Fact]
    public void One_client_is_all_unique_and_one_group_is_no_disparity_each_with_a_note()
    {
        var oneClient = DisparityDecomposition.Compute(JointDistribution.FromRows([0, 0, 1, 1], [0, 0, 0, 0], [0, 1, 1, 1]));
        var oneGroup = DisparityDecomposition.Compute(JointDistribution.FromRows([0, 0, 0], [0, 1, 1], [0, 1, 0]));

        Assert.Equal(oneClient.Global, oneClient.Unique, 1e-9);
        Assert.All([oneClient.Redundant, oneClient.Masked, oneGroup.Global, oneGroup.Local], part => Assert.InRange(part, 0, 1e-12));
        Assert.Single(oneClient.Notes);
        Assert.Single(oneGroup.Notes);
    }

    [Fact]
    public void Intervals_depend_on_the_seed_alone_and_hold_the_estimate()
    {
        var joint = JointDistribution.FromRows(Draw(0, 500, 2), Draw(1, 500, 2), [.. Draw(0, 500, 2).Zip(Draw(5, 500, 4), (z, noise) => noise == 0 ? 1 - z : z)]);

        var one = DisparityDecomposition.Intervals(joint, new BootstrapOptions { Draws = 100, Seed = 3, MaxThreads = 1 });
        var two = DisparityDecomposition.Intervals(joint, new BootstrapOptions { Draws = 100, Seed = 3, MaxThreads = 2 });

        Assert.Equal(one, two);
        Assert.True(one.Unique.Contains(DisparityDecomposition.Compute(joint).Unique));
    }

    [Fact]
    public void Bad_tables_are_named()
    {
        Assert.Throws<ArgumentException>(() => JointDistribution.FromTable(new double[2, 2, 2, 1]));
        Assert.Throws<ArgumentException>(() => JointDistribution.FromTable(new double[,,,] { { { { -1 } }, { { 1 } } } }));
        Assert.Throws<ArgumentException>(() => JointDistribution.FromTable(new double[,,,] { { { { double.NaN } } } }));
        Assert.Throws<ArgumentException>(() => JointDistribution.FromRows([], [], []));
        Assert.Throws<ArgumentException>(() => JointDistribution.FromRows([0], [0, 1], [0]));
        Assert.Throws<ArgumentException>(() => JointDistribution.FromRows([-1], [0], [0]));
        var unlabelled = JointDistribution.FromRows([0, 1], [0, 1], [0, 1]);
        Assert.Throws<ArgumentException>(() => FairnessFrontier.Solve(unlabelled, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => FairnessFrontier.Solve(unlabelled, -1, 1));
        Assert.Throws<ArgumentException>(() => DisparityDecomposition.Intervals(JointDistribution.FromTable(new double[,,,] { { { { 1 } } } })));
    }

    private static int[] Draw(int what, int count, int values)
    {
        var random = RandomStream.For(7, "rows", what);
        return [.. Enumerable.Range(0, count).Select(_ => (int)(values * Math.Pow(random.NextDouble(), 1.3)))];
    }

    private static int[] Pick(int[] values, int[] rows) => [.. rows.Select(i => values[i])];

    private static IEnumerable<(JsonElement Input, JsonElement Expected)> Cases(JsonDocument document, string list) =>
        document.RootElement.GetProperty("inputs").TryGetProperty(list, out var inputs)
            ? inputs.EnumerateArray().Zip(document.RootElement.GetProperty("expected").GetProperty(list).EnumerateArray())
            : [];

    private static double[,,] Numbers(JsonElement cube)
    {
        var rows = cube.EnumerateArray().Select(plane => plane.EnumerateArray().Select(line => line.EnumerateArray().Select(x => x.GetDouble()).ToArray()).ToArray()).ToArray();
        var numbers = new double[rows.Length, rows[0].Length, rows[0][0].Length];
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < rows[0].Length; j++)
                for (var k = 0; k < rows[0][0].Length; k++)
                    numbers[i, j, k] = rows[i][j][k];
        return numbers;
    }

    // [z][prediction][client] to [z, client, prediction, 1].
    private static double[,,,] WithoutLabels(JsonElement cube)
    {
        var p = Numbers(cube);
        var table = new double[p.GetLength(0), p.GetLength(2), p.GetLength(1), 1];
        for (var z = 0; z < p.GetLength(0); z++)
            for (var k = 0; k < p.GetLength(1); k++)
                for (var s = 0; s < p.GetLength(2); s++)
                    table[z, s, k, 0] = p[z, k, s];
        return table;
    }

    // [z][client][label] to [z, client, 1, label].
    private static double[,,,] WithoutPredictions(double[,,] p) => Spread(p, 1, (_, _, _, _) => 1);

    // P(prediction 1 | cell) to [z, client, prediction, label].
    private static double[,,,] WithPredictions(double[,,] p, double[,,] rate) => Spread(p, 2, (z, s, y, k) => k == 1 ? rate[z, s, y] : 1 - rate[z, s, y]);

    private static double[,,,] Spread(double[,,] p, int predictions, Func<int, int, int, int, double> share)
    {
        var table = new double[p.GetLength(0), p.GetLength(1), predictions, p.GetLength(2)];
        for (var z = 0; z < p.GetLength(0); z++)
            for (var s = 0; s < p.GetLength(1); s++)
                for (var y = 0; y < p.GetLength(2); y++)
                    for (var k = 0; k < predictions; k++)
                        table[z, s, k, y] = p[z, s, y] * share(z, s, y, k);
        return table;
    }
}
