using TorchSharp;

namespace Ballast.Tests.Build;

public sealed class TorchTests
{
    [Fact]
    public void A_tensor_can_be_made_and_multiplied()
    {
        using var scope = torch.NewDisposeScope();
        var a = torch.tensor(new[] { 1f, 2f, 3f, 4f, 5f, 6f }).reshape(2, 3);

        var product = torch.matmul(a, a.transpose(0, 1));

        Assert.Equal([14f, 32f, 32f, 77f], product.data<float>().ToArray());
    }
}
