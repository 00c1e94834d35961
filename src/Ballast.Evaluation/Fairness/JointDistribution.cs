using Ballast.Core;

namespace Ballast.Evaluation.Fairness;

/// <summary>The joint distribution of group z, client s, prediction and label: all that an audit of local and global disparity needs from a client.</summary>
/// <remarks>Plug-in: counts over their sum, no smoothing. Tables of several clients add up (<see cref="Sum"/>), so no row leaves a client.</remarks>
public sealed class JointDistribution
{
    private readonly double[] cells;

    private JointDistribution(double[] cells, (int Groups, int Clients, int Predictions, int Labels) shape, long? rows)
    {
        (this.cells, (Groups, Clients, Predictions, Labels), Rows) = (cells, shape, rows);
        Total = cells.Sum();
        if (!(Total > 0))
            throw new ArgumentException("The table is empty: every cell is 0.", nameof(cells));
    }

    /// <summary>Groups, indexed by z.</summary>
    public int Groups { get; }

    /// <summary>Clients, indexed by s.</summary>
    public int Clients { get; }

    /// <summary>Values of the prediction; 1 where there is none.</summary>
    public int Predictions { get; }

    /// <summary>Values of the label; 1 where there is none.</summary>
    public int Labels { get; }

    /// <summary>Rows behind the table; null where probabilities were given.</summary>
    public long? Rows { get; }

    /// <summary>Sum of all cells as given.</summary>
    internal double Total { get; }

    /// <summary>P(z, s, prediction, label).</summary>
    public double this[int group, int client, int prediction, int label] => cells[Index(group, client, prediction, label)] / Total;

    /// <summary>P(z, s, prediction).</summary>
    public double this[int group, int client, int prediction] => MassOf(cells.AsSpan(Index(group, client, prediction, 0), Labels)) / Total;

    /// <summary>P(z, s).</summary>
    public double this[int group, int client] => MassOf(cells.AsSpan(Index(group, client, 0, 0), Predictions * Labels)) / Total;

    /// <summary>Counts rows.</summary>
    /// <param name="group">n group indices of at least 0.</param>
    /// <param name="client">n client indices of at least 0.</param>
    /// <param name="prediction">n predicted classes of at least 0.</param>
    /// <param name="label">n true classes, or null; labels and predictions then share their classes.</param>
    /// <exception cref="ArgumentException">Lengths differ, there are no rows, or an index is negative.</exception>
    public static JointDistribution FromRows(ReadOnlySpan<int> group, ReadOnlySpan<int> client, ReadOnlySpan<int> prediction, ReadOnlySpan<int> label = default)
    {
        Guard.SameLength(group.Length, client.Length, nameof(group), nameof(client));
        Guard.SameLength(group.Length, prediction.Length, nameof(group), nameof(prediction));
        if (!label.IsEmpty)
            Guard.SameLength(group.Length, label.Length, nameof(group), nameof(label));
        if (group.IsEmpty)
            throw new ArgumentException("There are no rows.", nameof(group));
        int predictions = Extent(prediction, nameof(prediction)), labels = label.IsEmpty ? 1 : Extent(label, nameof(label));
        if (!label.IsEmpty)
            predictions = labels = Math.Max(predictions, labels);
        var shape = (Extent(group, nameof(group)), Extent(client, nameof(client)), predictions, labels);
        var counts = new double[Cells(shape)];
        for (var i = 0; i < group.Length; i++)
            counts[((group[i] * shape.Item2 + client[i]) * predictions + prediction[i]) * labels + (label.IsEmpty ? 0 : label[i])]++;
        return new JointDistribution(counts, shape, group.Length);
    }

    /// <summary>Takes counts or probabilities.</summary>
    /// <param name="table">[z, s, prediction, label] values of at least 0; an axis of extent 1 stands for what is not known.</param>
    /// <exception cref="ArgumentException">A value is negative, infinite or NaN, or all are 0.</exception>
    public static JointDistribution FromTable(double[,,,] table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var values = table.Cast<double>().ToArray();
        foreach (var value in values)
            if (!(value >= 0 && double.IsFinite(value)))
                throw new ArgumentException($"The table holds {value}; expected finite values of at least 0.", nameof(table));
        return new JointDistribution(values, (table.GetLength(0), table.GetLength(1), table.GetLength(2), table.GetLength(3)), null);
    }

    /// <summary>The table of all clients from one table each, client i's rows becoming client i: what a server computes from counts alone.</summary>
    /// <exception cref="ArgumentException">There is none, shapes disagree, or a table holds more than one client.</exception>
    public static JointDistribution Sum(IReadOnlyList<JointDistribution> clients)
    {
        ArgumentNullException.ThrowIfNull(clients);
        if (clients.Count == 0)
            throw new ArgumentException("There are no clients.", nameof(clients));
        int groups = clients.Max(c => c.Groups), predictions = clients.Max(c => c.Predictions), labels = clients.Max(c => c.Labels);
        var shape = (groups, clients.Count, predictions, labels);
        var sum = new double[Cells(shape)];
        for (var s = 0; s < clients.Count; s++)
        {
            if (clients[s].Clients != 1)
                throw new ArgumentException($"Table {s} holds {clients[s].Clients} clients; expected one.", nameof(clients));
            if ((clients[s].Labels == 1) != (labels == 1))
                throw new ArgumentException("Some clients sent labels and others did not.", nameof(clients));
            for (var z = 0; z < clients[s].Groups; z++)
                for (var k = 0; k < clients[s].Predictions; k++)
                    for (var y = 0; y < clients[s].Labels; y++)
                        sum[((z * clients.Count + s) * predictions + k) * labels + y] += clients[s].cells[clients[s].Index(z, 0, k, y)];
        }
        return new JointDistribution(sum, shape, clients.All(c => c.Rows is not null) ? clients.Sum(c => c.Rows!.Value) : null);
    }

    /// <summary>A table of as many rows, each drawn from this one (one bootstrap draw).</summary>
    internal JointDistribution Resample(RandomStream random)
    {
        var drawn = new double[cells.Length];
        var (left, mass) = (Rows!.Value, Total);
        for (var i = 0; i < cells.Length && left > 0; mass -= cells[i++])
        {
            var count = cells[i] >= mass ? left : Numerics.Sampling.BinomialSampler.Draw(random, left, cells[i] / mass);
            drawn[i] = count;
            left -= count;
        }
        return new JointDistribution(drawn, (Groups, Clients, Predictions, Labels), Rows);
    }

    private int Index(int z, int s, int k, int y) => ((z * Clients + s) * Predictions + k) * Labels + y;

    private static int Cells((int Groups, int Clients, int Predictions, int Labels) shape) =>
        checked(shape.Groups * shape.Clients * shape.Predictions * shape.Labels);

    private static int Extent(ReadOnlySpan<int> indices, string name)
    {
        var largest = 0;
        foreach (var index in indices)
            largest = index >= 0 ? Math.Max(largest, index) : throw new ArgumentException($"{name} holds {index}; expected indices of at least 0.", name);
        return largest + 1;
    }

    private static double MassOf(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum;
    }
}
