namespace Ballast.Reproductions.Catalogue;

/// <summary>Methods for data that arrives one record at a time.</summary>
internal static class StreamingMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("groupwise-regret", "Groupwise regret by sleeping experts",
            "Oracle Efficient Algorithms for Groupwise Regret",
            "Krishna Acharya, Eshwar Ram Arunachaleswaran, Sampath Kannan, Aaron Roth, Juba Ziani", "ICLR", 2024,
            "Mixes one online learner a group so that every overlapping group is served nearly as well as by its own best model in hindsight."),
        new("optimistic-omd", "Optimistic online mirror descent",
            "Optimistic Online Mirror Descent for Bridging Stochastic and Adversarial Online Convex Optimization",
            "Sijia Chen, Yu-Jie Zhang, Wei-Wei Tu, Peng Zhao, Lijun Zhang", "JMLR", 2024,
            "Learns while it serves, with a regret that grows only with the noise and the drift that are really there."),
        new("continual-privacy", "Private live counts",
            "The Price of Differential Privacy under Continual Observation",
            "Jain, Raskhodnikova, Sivakumar, Smith", "ICML", 2023,
            "Shows running counts and the class that is worst so far after every record, differentially private, with an honest error bound."),
    ];
}
