using Ballast.Cli.Shell;

namespace Ballast.Tests.Cli.Shell;

public sealed class JsonOutputTests
{
    [Fact]
    public void A_long_result_written_piece_by_piece_is_the_serialized_text()
    {
        var result = new
        {
            Names = Enumerable.Range(0, 5_000).Select(i => $"größe {i} 測 😀"),
            Figures = Enumerable.Range(0, 20_000).Select(i => i % 7 == 0 ? double.NaN : Math.Sqrt(i)).ToArray(),
        };
        using var written = new StringWriter();

        JsonOutput.Write(written, result);

        Assert.Equal(JsonOutput.Serialize(result), written.ToString());
    }
}
