using Ballast.Core;
using Ballast.Exchange.Onnx;
using Ballast.Tests.Exchange.Onnx;

namespace Ballast.Tests.Learning.Onnx;

/// <summary>Every operator that import claims passes that operator's cases of the ONNX standard's own suite (Debian's package libonnx-testdata).</summary>
public sealed class OnnxConformanceTests(ITestOutputHelper output)
{
    private const string Suite = "/usr/share/libonnx-testdata/data/node";

    private static readonly Lazy<IReadOnlyList<ConformanceCase>> Cases = new(() => Directory.Exists(Suite) ? ConformanceCase.All(Suite) : []);

    public static TheoryData<string> ClaimedOperators => [.. OnnxGraphReader.SupportedOperators];

    [Theory]
    [MemberData(nameof(ClaimedOperators))]
    public void Every_claimed_operator_passes_its_cases(string name)
    {
        RequireSuite();
        var mine = Cases.Value.Where(candidate => candidate.Subject == name).ToArray();
        Assert.SkipWhen(mine.Length == 0, $"The installed suite has no case of {name} by itself.");
        var others = mine.Where(candidate => candidate.Unclaimed is not null).GroupBy(candidate => candidate.Unclaimed).Select(group => $"{group.Count()} of {group.Key}").ToArray();

        var claimed = mine.Where(candidate => candidate.Unclaimed is null).ToArray();
        var failures = claimed.Select(candidate => candidate.Run()).OfType<string>().ToArray();

        output.WriteLine($"{name}: {claimed.Length - failures.Length} of {claimed.Length} passed{(others.Length > 0 ? $"; not claimed: {string.Join(", ", others)}" : "")}");
        Assert.True(failures.Length == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Cases_of_several_nodes_pass_where_all_their_operators_are_claimed()
    {
        RequireSuite();
        var claimed = OnnxGraphReader.SupportedOperators.ToHashSet();
        var mine = Cases.Value.Where(candidate => candidate.Subject is null && candidate.Unclaimed is null && candidate.Operators.All(claimed.Contains)).ToArray();

        var failures = mine.Select(candidate => candidate.Run()).OfType<string>().ToArray();

        output.WriteLine($"{mine.Length - failures.Length} of {mine.Length} cases of several nodes passed.");
        Assert.NotEmpty(mine);
        Assert.True(failures.Length == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Damaged_cases_of_every_operator_are_survived()
    {
        RequireSuite();
        var claimed = OnnxGraphReader.SupportedOperators.ToHashSet();
        var trials = int.TryParse(Environment.GetEnvironmentVariable("BALLAST_FUZZ_TRIALS"), out var given) ? given : 10;

        foreach (var candidate in Cases.Value.Where(candidate => candidate.Operators.All(claimed.Contains)))
            for (var trial = 0; trial < trials; trial++)
            {
                var random = RandomStream.For(1, candidate.Name, trial);
                var changed = candidate.Bytes.ToArray();
                for (var edits = 1 + random.Next(4); edits > 0; edits--)
                    changed[random.Next(changed.Length)] = (byte)random.Next(random.Next(2) == 0 ? 16 : 256);
                try
                {
                    Assert.NotEmpty(OnnxBytes.Read(changed, candidate.Options).Outputs);
                }
                catch (DataFormatException)
                {
                }
            }
    }

    private static void RequireSuite() => Assert.SkipWhen(Cases.Value.Count == 0, "The ONNX conformance suite (package libonnx-testdata) is not installed.");
}
