using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Fairness;

/// <summary>How much a prediction tells of a group: over all clients, inside clients, and which part of it is unique, redundant or masked. All in bits.</summary>
/// <remarks>
/// Source: Hamman and Dutta, "Demystifying local and global fairness trade-offs in federated learning using partial information decomposition", ICLR 2024, with the
/// decomposition of Bertschinger et al. (2014). Global = Unique + Redundant; Local = Unique + Masked. Unique disparity shows both globally and inside clients; redundant shows only
/// globally (clients differ in their mix of groups and predictions follow the client); masked shows only inside clients (their biases cancel).
/// Plug-in information is biased upward: figures below <see cref="GlobalNoiseFloor"/> and <see cref="LocalNoiseFloor"/> are no disparities.
/// </remarks>
public sealed record DisparityDecomposition
{
    private const int MostDraws = 200;

    private DisparityDecomposition()
    {
    }

    /// <summary>Unique disparity: min I_Q(Z;Yh|S) over Q with the margins (z, yh) and (z, s).</summary>
    public required double Unique { get; init; }

    /// <summary>Redundant disparity: <see cref="Global"/> less <see cref="Unique"/>.</summary>
    public required double Redundant { get; init; }

    /// <summary>Masked disparity: <see cref="Local"/> less <see cref="Unique"/>.</summary>
    public required double Masked { get; init; }

    /// <summary>What the client alone tells of the group: <see cref="GroupClientInformation"/> less <see cref="Redundant"/>.</summary>
    public required double UniqueToClient { get; init; }

    /// <summary>Global disparity I(Z;Yh); 0 is statistical parity.</summary>
    public required double Global { get; init; }

    /// <summary>Local disparity I(Z;Yh|S), weighted by client size; 0 is parity inside every client.</summary>
    public required double Local { get; init; }

    /// <summary>I(Z;S): how much the clients differ in their mix of groups. Bounds <see cref="Redundant"/>.</summary>
    public required double GroupClientInformation { get; init; }

    /// <summary>How far <see cref="Unique"/> can at most lie above the true minimum.</summary>
    public required double DualGap { get; init; }

    /// <summary>The bias of <see cref="Global"/> where there is no disparity, (|Z|-1)(|Yh|-1)/(2 n ln 2); null where probabilities were given.</summary>
    public required double? GlobalNoiseFloor { get; init; }

    /// <summary>The same for <see cref="Local"/>: |S| times as much.</summary>
    public required double? LocalNoiseFloor { get; init; }

    /// <summary>I(Z;Yh|S=s) of every client.</summary>
    public required IReadOnlyList<double> PerClient { get; init; }

    /// <summary>Largest minus smallest share of each prediction over the groups, the largest over predictions: the statistical-parity gap.</summary>
    public required double ParityGap { get; init; }

    /// <summary>The same inside every client.</summary>
    public required IReadOnlyList<double> ParityGapPerClient { get; init; }

    /// <summary>What must be said besides, such as that there is one client only.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Decomposes the disparity of a table's predictions.</summary>
    public static DisparityDecomposition Compute(JointDistribution joint)
    {
        ArgumentNullException.ThrowIfNull(joint);
        var p = new double[joint.Groups, joint.Predictions, joint.Clients];      // [z, yh, s]
        for (var z = 0; z < joint.Groups; z++)
            for (var y = 0; y < joint.Predictions; y++)
                for (var s = 0; s < joint.Clients; s++)
                    p[z, y, s] = joint[z, s, y];
        double global = Information(p, null), groupClient = GroupClient(joint);
        double[] shares = [.. Enumerable.Range(0, joint.Clients).Select(s => Enumerable.Range(0, joint.Groups).Sum(z => joint[z, s]))];
        double[] perClient = [.. shares.Select((share, s) => share > 0 ? Information(p, s) / share : 0)];
        var local = perClient.Zip(shares, (information, share) => information * share).Sum();

        var solved = new UniqueInformation(p);
        var unique = Math.Clamp(GroupEntropyGivenClient(joint, shares) - solved.ConditionalEntropy, 0, Math.Min(global, local));
        return new DisparityDecomposition
        {
            Unique = unique,
            Redundant = global - unique,
            Masked = local - unique,
            UniqueToClient = Math.Max(0, groupClient - (global - unique)),
            Global = global,
            Local = local,
            GroupClientInformation = groupClient,
            DualGap = solved.DualGap,
            GlobalNoiseFloor = NoiseFloor(joint),
            LocalNoiseFloor = NoiseFloor(joint) * joint.Clients,
            PerClient = perClient,
            ParityGap = ParityOf(joint, null),
            ParityGapPerClient = [.. Enumerable.Range(0, joint.Clients).Select(s => ParityOf(joint, s))],
            Notes = [.. NotesOn(joint)],
        };
    }

    /// <summary>Percentile intervals of unique, redundant, masked, global and local disparity over resampled tables.</summary>
    /// <remarks>The plug-in bias grows in a resample, so these intervals lean upward where disparities are near their noise floors.</remarks>
    /// <exception cref="ArgumentException">The table holds probabilities, not counts of rows.</exception>
    public static DisparityIntervals Intervals(JointDistribution joint, BootstrapOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(joint);
        if (joint.Rows is null)
            throw new ArgumentException("Intervals need counts of rows, not probabilities.", nameof(joint));
        var draws = Bootstrap.Run(5, options ?? new BootstrapOptions { Draws = MostDraws }, "disparity", () => 0, (random, _, values) =>
        {
            var drawn = Compute(joint.Resample(random));
            (values[0], values[1], values[2], values[3], values[4]) = (drawn.Unique, drawn.Redundant, drawn.Masked, drawn.Global, drawn.Local);
        }, cancellation);
        return new DisparityIntervals(draws[0], draws[1], draws[2], draws[3], draws[4]);
    }

    /// <summary>What the figures mean, a sentence each.</summary>
    public IEnumerable<string> Sentences()
    {
        var floor = GlobalNoiseFloor ?? 0;
        if (Global <= floor && Local <= (LocalNoiseFloor ?? 0))
            yield return "Neither disparity exceeds what chance alone shows in a table of this size.";
        if (Unique > floor)
            yield return $"{Unique:0.####} bits are unique: they show over all clients and inside them, so mending clients mends the whole.";
        if (Redundant > floor)
            yield return $"{Redundant:0.####} bits are redundant: clients differ in their mix of groups and predictions follow the client, so a model that is fair inside every client keeps this disparity overall.";
        if (Masked > floor)
            yield return $"{Masked:0.####} bits are masked: biases inside clients cancel over all clients, so a model that is fair overall keeps this disparity inside them.";
        yield return GroupClientInformation <= floor
            ? "The mix of groups is alike over clients: fairness inside every client brings fairness overall."
            : $"Clients differ in their mix of groups by {GroupClientInformation:0.####} bits, the most that can be redundant.";
    }

    /// <summary>I(Z;Yh) of a table [z, yh, s] in bits, over all clients or the part of one client (not divided by its share).</summary>
    internal static double Information(double[,,] p, int? client)
    {
        var (groups, values, clients) = (p.GetLength(0), p.GetLength(1), p.GetLength(2));
        double At(int z, int y) => client is { } s ? p[z, y, s] : Enumerable.Range(0, clients).Sum(c => p[z, y, c]);
        double[] byGroup = new double[groups], byValue = new double[values];
        for (var z = 0; z < groups; z++)
            for (var y = 0; y < values; y++)
            {
                byGroup[z] += At(z, y);
                byValue[y] += At(z, y);
            }
        var (total, sum) = (byGroup.Sum(), 0.0);
        for (var z = 0; z < groups; z++)
            for (var y = 0; y < values; y++)
                if (At(z, y) is > 0 and var mass)
                    sum += mass * Math.Log2(mass * total / (byGroup[z] * byValue[y]));
        return Math.Max(0, sum);
    }

    private static double GroupClient(JointDistribution joint)
    {
        var p = new double[joint.Groups, joint.Clients, 1];
        for (var z = 0; z < joint.Groups; z++)
            for (var s = 0; s < joint.Clients; s++)
                p[z, s, 0] = joint[z, s];
        return Information(p, null);
    }

    private static double GroupEntropyGivenClient(JointDistribution joint, double[] shares)
    {
        var entropy = 0.0;
        for (var z = 0; z < joint.Groups; z++)
            for (var s = 0; s < joint.Clients; s++)
                if (joint[z, s] is > 0 and var mass)
                    entropy -= mass * Math.Log2(mass / shares[s]);
        return entropy;
    }

    private static double? NoiseFloor(JointDistribution joint) =>
        joint.Rows is { } rows ? (joint.Groups - 1.0) * (joint.Predictions - 1) / (2 * rows * Math.Log(2)) : null;

    private static double ParityOf(JointDistribution joint, int? client)
    {
        var gap = 0.0;
        for (var y = 0; y < joint.Predictions; y++)
        {
            var (low, high) = (1.0, 0.0);
            for (var z = 0; z < joint.Groups; z++)
            {
                var clients = client is { } one ? [one] : Enumerable.Range(0, joint.Clients).ToArray();
                var mass = clients.Sum(s => joint[z, s]);
                if (mass == 0)
                    continue;
                var share = clients.Sum(s => joint[z, s, y]) / mass;
                (low, high) = (Math.Min(low, share), Math.Max(high, share));
            }
            gap = Math.Max(gap, high - low);
        }
        return gap;
    }

    private static IEnumerable<string> NotesOn(JointDistribution joint)
    {
        if (joint.Clients == 1)
            yield return "There is one client: all disparity is unique.";
        if (joint.Groups == 1)
            yield return "There is one group: there is nothing to be unfair to.";
        if (joint.Predictions == 1)
            yield return "There is one prediction: it tells nothing of the group.";
    }
}
