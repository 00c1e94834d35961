using System.Globalization;
using Ballast.Cli.Shell;
using Ballast.Data.Reading;
using Ballast.Exchange.VnnLib;
using Ballast.Robustness.Verification;
using Spectre.Console;

namespace Ballast.Cli.Commands.Robustness;

/// <summary><c>certify</c> with a property file: the competition's words on the first line, then the counterexample.</summary>
internal static class QueryAnswering
{
    public static int Run(CommandSession session, string model, string propertyFile, double seconds)
    {
        if (!(seconds > 0) || seconds > TimeSpan.MaxValue.TotalSeconds / 2)
            throw new ArgumentException($"--timeout is {seconds}; a number of seconds above 0 is expected.");
        var property = VnnLibFile.Read(propertyFile);
        using var verifier = Verifier.Open(model);
        var options = new VerificationOptions { Timeout = TimeSpan.FromSeconds(seconds), Seed = session.Seed };
        var result = verifier.Verify(property, options, session.Progress, session.Cancellation);
        var word = Word(result.Verdict);
        if (result.Counterexample is { IsInside: false })
            session.Warn("an end of the property's box is no number of single precision; the counterexample's coordinate there is the nearest one.");
        session.Record.Data(DataFingerprint.Of(propertyFile));
        session.Show(
            new
            {
                verdict = word,
                counterexample = result.Counterexample is { } found ? new { inputs = found.Inputs, outputs = found.Outputs, inside = found.IsInside } : null,
                stage = Stage(result.Stage),
                subproblems = result.Subproblems,
                seconds = result.Elapsed.TotalSeconds,
                soundness = "real arithmetic, weights taken exactly, rounding of the verifier included",
            },
            console =>
            {
                console.WriteLine(word);
                if (result.Counterexample is { } counterexample)
                    console.WriteLine(Text(counterexample));
                console.WriteLine($"{(result.Verdict is Verdict.Sat or Verdict.Unsat ? "Decided by" : "Last tried:")} {Stage(result.Stage)}; {result.Subproblems:N0} subproblems, {result.Elapsed.TotalSeconds:0.0} s.");
            });
        return ExitCode.Done;
    }

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Stage(VerificationStage stage) => stage switch
    {
        VerificationStage.EmptyProperty => "the property, whose asserts exclude every input",
        VerificationStage.Attack => "attack",
        VerificationStage.Bounds => "bounds of the whole box",
        VerificationStage.OptimizedBounds => "bounds with optimised slopes",
        VerificationStage.InputSplitting => "splitting inputs",
        _ => "splitting neurons",
    };

    // As the competition writes it: ((X_0 0.5) ... (Y_0 1.25) ...), one pair a line.
    private static string Text(Counterexample found) =>
        $"({string.Join("\n", found.Inputs.Select((value, i) => Pair('X', i, value)).Concat(found.Outputs.Select((value, i) => Pair('Y', i, value))))})";

    private static string Pair(char letter, int index, float value) => string.Create(CultureInfo.InvariantCulture, $"({letter}_{index} {value:R})");
}
