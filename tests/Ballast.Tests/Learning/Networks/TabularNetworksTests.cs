using Ballast.Learning.Networks;
using Ballast.Learning.Networks.Layers;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

public sealed class TabularNetworksTests
{
    private static readonly TabularShape Shape = new(2, [3, 5]);

    [Fact]
    public void Codes_become_rows_of_their_own_categorys_table()
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new CategoryEmbeddings(Shape, 4, new Initialization(1));
        var table = layer.get_parameter("weight")!;

        var output = layer.call(torch.tensor(new float[] { 0.5f, -1, 0, 2 }).reshape(1, 4));

        Assert.Equal(2 + 8, layer.Outputs);
        Assert.Equal([8, 4], table.shape);
        Assert.Equal([0.5f, -1, .. NetworkSamples.Values(table[0]), .. NetworkSamples.Values(table[3 + 2])], NetworkSamples.Values(output));
    }

    [Fact]
    public void Missing_and_unseen_codes_start_at_zero_and_the_others_do_not()
    {
        using var scope = torch.NewDisposeScope();
        using var layer = new CategoryEmbeddings(Shape, 4, new Initialization(1));

        var sizes = NetworkSamples.Values(layer.get_parameter("weight")!.abs().sum(1));

        Assert.Equal([false, true, true, false, false, false, true, true], sizes.Select(size => size == 0));
    }

    [Fact]
    public void Networks_are_made_and_disposed_of_without_a_tensor_left()
    {
        foreach (var name in NetworkSamples.Small.Select(row => row.Data))
        {
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            using (var network = NetworkSamples.Make(name))
                network.KeepInitialState();
            Assert.Equal((name, before), (name, DisposeScopeManager.Statistics.ThreadTotalLiveCount));
            using (var network = NetworkSamples.Make(name))
                network.to(torch.float64);
            Assert.Equal((name, before), (name, DisposeScopeManager.Statistics.ThreadTotalLiveCount));
        }
    }

    [Fact]
    public void Shapes_without_columns_or_codes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TabularMlpConfiguration(new(0, []), [4], 2).Create(seed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TabularResNetConfiguration(new(1, [1]), 2).Create(seed: 0));
    }
}
