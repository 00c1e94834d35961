namespace Ballast.Reproductions.Catalogue;

/// <summary>Methods against perturbations, attacks and faults.</summary>
internal static class RobustnessMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("ibp-tightness", "Bound propagation, certification and tightness",
            "Understanding Certified Training with Interval Bound Propagation",
            "Yuhao Mao, Mark Niklas Müller, Marc Fischer, Martin Vechev", "ICLR", 2024,
            "Proves for which inputs no perturbation up to a size changes the answer, and measures how tight interval bounds are through a network.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Robustness.Bounds.BoundedNetwork", "Ballast.Robustness.Certified.Certifier", "Ballast.Robustness.Verification.Verifier", "Ballast.Robustness.Tightness.PropagationTightness",
                "Ballast.Robustness.Tightness.PropagationInvariance", "Ballast.Robustness.Tightness.InitialTightness",
            ],
            Commands = ["certify", "reproduce"],
        },
        new("certified-training", "Certified training",
            "Fast Certified Robust Training with Short Warmup",
            "Zhouxing Shi, Yihan Wang, Huan Zhang, Jinfeng Yi, Cho-Jui Hsieh", "NeurIPS", 2021,
            "Trains a network for provability in tens of epochs: an initialisation, batch normalisation and two regularisers that keep interval bounds alive.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Robustness.Certified.CertifiedObjective", "Ballast.Robustness.Certified.IbpInitializer", "Ballast.Robustness.Certified.EpsilonSchedule",
                "Ballast.Robustness.Certified.CertifiedRegularizers", "Ballast.Robustness.Certified.InitializationGain",
            ],
            Commands = ["train", "certify", "reproduce"],
        },
        new("srat", "Attacks and imbalanced adversarial training",
            "Imbalanced Adversarial Training with Reweighting",
            "Wentao Wang, Han Xu, Xiaorui Liu, Yaxin Li, Bhavani Thuraisingham, Jiliang Tang", "ICDM", 2022,
            "Attacks any differentiable model, and trains against attacks without losing rare classes, by reweighting and by pulling classes apart.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Learning.Adversarial.Pgd", "Ballast.Learning.Adversarial.AutoPgd", "Ballast.Learning.Adversarial.RobustAccuracy", "Ballast.Learning.Adversarial.AdversarialTraining",
                "Ballast.Learning.Adversarial.SratObjective", "Ballast.Learning.Adversarial.SeparationLoss", "Ballast.Learning.Adversarial.SeparabilityForecast",
            ],
            Commands = ["attack", "train", "reproduce"],
        },
        new("accuracy-disparity", "Adversarial robustness and accuracy disparity",
            "Understanding the Impact of Adversarial Robustness on Accuracy Disparity",
            "Yuzheng Hu, Fan Wu, Hongyang Zhang, Han Zhao", "ICML", 2023,
            "Predicts and decomposes the accuracy that adversarial training costs: the price of robustness itself and what is shifted onto the rare class.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Robustness.Disparity.AccuracyDisparity", "Ballast.Robustness.Disparity.ClassGaussians", "Ballast.Robustness.Disparity.DisparityDecomposition",
                "Ballast.Robustness.Disparity.RobustLogisticRegression", "Ballast.Numerics.Distributions.SymmetricStable",
            ],
            Commands = ["reproduce"],
        },
        new("soft-errors", "Soft-error injection and selective protection",
            "Characterizing Soft-Error Resiliency in Arm's Ethos-U55 Embedded Machine Learning Accelerator",
            "Tyagi, Jeyapaul, Zhou, Whatmough, Zhu", "arXiv 2404.09317", 2024,
            "Says how often one flipped bit silently changes an answer, in which unit, layer and bit, and which protection is cheapest.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Robustness.Faults.FaultCampaign", "Ballast.Robustness.Faults.Accelerator.AcceleratorTarget", "Ballast.Robustness.Faults.Storage.StoredWeights",
                "Ballast.Robustness.Faults.Protection.ProtectionPlanner",
            ],
            Commands = ["inject", "check"],
        },
    ];
}
