using Ballast.Cli.Reports;

namespace Ballast.Tests.Cli.Reports;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0%")]
    [InlineData(0.0001, "under 0.1%")]
    [InlineData(0.0336, "3.4%")]
    [InlineData(0.05, "5%")]
    [InlineData(0.278, "28%")]
    [InlineData(1, "100%")]
    public void A_share_reads_as_people_write_it(double share, string expected) => Assert.Equal(expected, Figures.Percent(share));
}
