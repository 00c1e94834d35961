using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Shell;

public sealed class UsageErrorsTests
{
    [Theory]
    [InlineData("train", "--optimizer", "ballast: 'forest' cannot stand here; there are 'adam', 'adamw', 'sgd'.")]
    [InlineData("resample", "--standardize", "ballast: 'forest' cannot stand here; there are 'auto', 'off', 'on'.")]
    public void A_value_that_is_not_allowed_is_answered_in_one_line(string verb, string option, string sentence)
    {
        var run = ProgramRun.Of(verb, "table.csv", "--target", "y", option, "forest");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal(sentence, run.Error.TrimEnd());
    }
}
