using Ballast.Data.Images;
using Ballast.Reproductions;

namespace Ballast.Tests.Reproductions;

public sealed class LongTailReproductionTests
{
    public static TheoryData<string> Slugs => ["longtail-baselines", "conr"];

    [Theory]
    [MemberData(nameof(Slugs))]
    public void Cancellation_stops_the_experiment(string slug)
    {
        Assert.SkipWhen(FashionMnist.Find() is null, FashionMnist.AbsentReason);
        var reproduction = ReproductionRegistry.All.Single(reproduction => reproduction.Slug == slug);

        Assert.ThrowsAny<OperationCanceledException>(() => reproduction.Run(new ReproductionContext(0, null, null, new CancellationToken(true))));
    }
}
