using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Shell;

public sealed class UsageErrorsTests
{
    [Theory]
    [InlineData("train", "--model-kind", "ballast: 'forest' cannot stand here; there are 'trees', 'logistic', 'mlp', 'resnet', 'auto', 'lenet', 'small-cnn', 'resnet-18', 'resnet-32', 'efficientnet-b0', 'efficientnet-b1', 'efficientnet-b2', 'efficientnet-b3', 'efficientnet-b4', 'efficientnet-b5', 'efficientnet-b6', 'efficientnet-b7', 'efficientnet-tiny'.")]
    [InlineData("resample", "--standardize", "ballast: 'forest' cannot stand here; there are 'auto', 'off', 'on'.")]
    public void A_value_that_is_not_allowed_is_answered_in_one_line(string verb, string option, string sentence)
    {
        var run = ProgramRun.Of(verb, "table.csv", "--target", "y", option, "forest");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal(sentence, run.Error.TrimEnd());
    }
}
