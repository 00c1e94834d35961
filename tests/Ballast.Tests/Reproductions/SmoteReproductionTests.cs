using Ballast.Reproductions;

namespace Ballast.Tests.Reproductions;

public sealed class SmoteReproductionTests
{
    [Fact]
    public void Without_data_every_claim_is_skipped_with_its_reason()
    {
        var claims = new SmoteReproduction().Run(new ReproductionContext(0, null, null, CancellationToken.None));

        Assert.Equal(6, claims.Count);
        Assert.All(claims, claim => Assert.Equal(ClaimOutcome.Skipped, claim.Outcome));
        Assert.All(claims, claim => Assert.EndsWith("is not there", claim.Note, StringComparison.Ordinal));
    }

    [Fact]
    public void Cancellation_stops_the_experiment()
    {
        var folder = Shared.RealData.Require("tables/letter.csv");
        var context = new ReproductionContext(0, Path.GetDirectoryName(Path.GetDirectoryName(folder)), null, new CancellationToken(true));

        Assert.ThrowsAny<OperationCanceledException>(() => new SmoteReproduction().Run(context));
    }
}
