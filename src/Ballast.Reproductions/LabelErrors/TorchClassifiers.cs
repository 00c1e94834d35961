using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Reproductions.LabelErrors;

/// <summary>The two classifiers of the experiment that memorise: nearest neighbours and a wide perceptron.</summary>
internal static class TorchClassifiers
{
    private const int Neighbours = 5;
    private const int Hidden = 512;
    private const int Epochs = 40;
    private const int Batch = 200;

    /// <summary>Majority of the 5 nearest training rows, ties to the lower class.</summary>
    public static int[] NearestNeighbours(Dataset train, Dataset test)
    {
        using var scope = NewDisposeScope();
        var nearest = cdist(Features(test), Features(train)).topk(Neighbours, largest: false).indexes.data<long>().ToArray();   // [m, 5]
        var labels = train.Labels.Span;
        var predicted = new int[test.Count];
        Span<int> votes = stackalloc int[train.ClassCount];
        for (var i = 0; i < predicted.Length; i++)
        {
            votes.Clear();
            for (var v = 0; v < Neighbours; v++)
                votes[labels[(int)nearest[i * Neighbours + v]]]++;
            for (var k = 1; k < votes.Length; k++)
                if (votes[k] > votes[predicted[i]])
                    predicted[i] = k;
        }
        return predicted;
    }

    /// <summary>One hidden layer of 512, 40 epochs of Adam at 1e-3 in batches of 200.</summary>
    public static int[] Perceptron(Dataset train, Dataset test, int seed, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(seed);
        using var model = nn.Sequential(nn.Linear(train.Width, Hidden), nn.ReLU(), nn.Linear(Hidden, train.ClassCount));
        using var optimizer = optim.Adam(model.parameters(), 1e-3);
        using var loss = nn.CrossEntropyLoss();
        var (x, y) = (Features(train), tensor(train.Labels.ToArray(), int64));
        for (var epoch = 0; epoch < Epochs; epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            var order = RandomStream.For(seed, "perceptron epochs", epoch).Permutation(train.Count);
            for (var start = 0; start < order.Length; start += Batch)
            {
                using var step = NewDisposeScope();
                var rows = tensor(order.AsSpan(start, Math.Min(Batch, order.Length - start)).ToArray(), int64);
                optimizer.zero_grad();
                loss.forward(model.forward(x.index_select(0, rows)), y.index_select(0, rows)).backward();
                optimizer.step();
            }
        }
        using var _ = no_grad();
        return Array.ConvertAll(model.forward(Features(test)).argmax(1).data<long>().ToArray(), k => (int)k);
    }

    private static Tensor Features(Dataset data) => tensor(data.Features.ToArray()).reshape(data.Count, data.Width);
}
