namespace Ballast.Reproductions.Catalogue;

/// <summary>Bounds and diagnostics of trained networks.</summary>
internal static class GeneralizationMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("generalization-measures", "Generalization measures and their limits",
            "Fantastic Generalization Measures are Nowhere to be Found",
            "Michael Gastpar, Ido Nachum, Jonathan Shafer, Thomas Weinberger", "ICLR", 2024,
            "Computes the known measures side by side, ranks the user's own models by each, and audits by how much any such number must be wrong."),
        new("information-bottleneck", "Information bottleneck diagnostics",
            "How Does Information Bottleneck Help Deep Learning?",
            "Kenji Kawaguchi, Zhun Deng, Xu Ji, Jiaoyang Huang", "ICML", 2023,
            "Shows layer by layer how much needless information a network keeps, and trains with a constraint on it."),
        new("information-bounds", "Layer-wise information bounds",
            "Information-Theoretic Generalization Bounds for Deep Neural Networks",
            "Haiyun He, Ziv Goldfeld", "IEEE Transactions on Information Theory", 2025,
            "Bounds the generalization gap at each layer and says how much dropout, DropConnect or noise provably contracts information."),
        new("inductive-bias", "Required inductive bias of a task",
            "Towards Exact Computation of Inductive Bias",
            "Akhilan Boopathy, William Yue, Jaedong Hwang, Abhiram Iyer, Ila Fiete", "IJCAI", 2024,
            "Measures in nats how much help a model class must bring for a task with a given amount of data."),
        new("neural-collapse", "Neural collapse and minority collapse",
            "Neural Collapse in Deep Linear Networks: From Balanced to Imbalanced Data",
            "Hien Dang, Tho Tran, Stanley Osher, Hung Tran-The, Nhat Ho, Tan Nguyen", "ICML", 2023,
            "Measures how far the last layer has collapsed and predicts, from class counts and weight decay alone, which class loses its classifier vector.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Generalization.Collapse.NeuralCollapse", "Ballast.Generalization.Collapse.UnconstrainedFeatures",
                "Ballast.Generalization.Collapse.CollapseObjective",
            ],
            Commands = ["check"],
        },
        new("bandlimited-features", "Random-feature networks and their bandwidth",
            "How Powerful are Shallow Neural Networks with Bandlimited Random Weights?",
            "Ming Li, Sho Sonoda, Feilong Cao, Yu Guang Wang, Jiye Liang", "ICML", 2023,
            "Fits random-weight networks in seconds and tells which error floor a weight range imposes however many neurons are added.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Generalization.RandomFeatures.RandomFeatureRegressor", "Ballast.Generalization.RandomFeatures.BandwidthAnalysis",
                "Ballast.Generalization.RandomFeatures.Ridgelet",
            ],
            Commands = ["reproduce"],
        },
    ];
}
