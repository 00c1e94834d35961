namespace Ballast.Reproductions.Catalogue;

/// <summary>Methods of training: unequal classes, noisy labels, shifted domains, and choices made by training itself.</summary>
internal static class LearningMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("longtail-baselines", "Long-tail baselines",
            "Class-balanced loss, focal loss, LDAM-DRW, logit adjustment, balanced softmax, cRT and tau-normalisation",
            "Cui et al.; Lin et al.; Cao et al.; Menon et al.; Ren et al.; Kang et al.", "CVPR, ICCV, NeurIPS, ICLR", 2021,
            "Cheap changes of loss, sampler, last layer or decision rule for unequal classes: the yardstick of every other long-tail method.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Learning.LongTail.WeightedCrossEntropy", "Ballast.Learning.LongTail.FocalLoss", "Ballast.Learning.LongTail.LdamLoss", "Ballast.Learning.LongTail.DeferredReweighting",
                "Ballast.Learning.LongTail.LogitAdjustedLoss", "Ballast.Learning.LongTail.BalancedSoftmaxLoss", "Ballast.Learning.LongTail.ClassifierRetraining",
                "Ballast.Learning.LongTail.TauNormalizer", "Ballast.Learning.LongTail.NearestClassMean", "Ballast.Learning.LongTail.LongTailComparison",
                "Ballast.Evaluation.Calibration.PostHocLogitAdjustment", "Ballast.Evaluation.Metrics.LongTailReport",
            ],
            Commands = ["reproduce"],
        },
        new("longtail-backdoor", "Parameter imbalance and backdoor adjustment",
            "Rethinking the Bias of Foundation Model under Long-tailed Distribution",
            "Jiahao Chen, Bin Qin, Jiangmeng Li, Hao Chen, Bing Su", "ICML", 2025,
            "Estimates which classes a pre-trained model itself saw rarely, shows their accuracy apart, and repairs them by averaging over differently biased models."),
        new("tlc", "Evidential experts for long tails",
            "Trustworthy Long-Tailed Classification",
            "Bolian Li, Zongbo Han, Haining Li, Huazhu Fu, Changqing Zhang", "CVPR", 2022,
            "Gives each class decision one number of distrust, from experts fused by Dempster-Shafer theory, and spends experts only where they are needed."),
        new("rcal", "Representation calibration for noisy long tails",
            "When Noisy Labels Meet Long Tail Dilemmas: A Representation Calibration Method",
            "Manyi Zhang, Xuyang Zhao, Jun Yao, Chun Yuan, Weiran Huang", "ICCV", 2023,
            "Trains on data with wrong labels and rare classes at once: robust Gaussians of label-free features, rare ones repaired by similar frequent ones."),
        new("semi-self-imbalanced", "Unlabelled data and self-supervision for unequal classes",
            "Rethinking the Value of Labels for Improving Class-Imbalanced Learning",
            "Yuzhe Yang, Zhi Xu", "NeurIPS", 2020,
            "Mends the bias of unequal labels with pseudo-labelled further data or with label-free pre-training."),
        new("presto", "Rare outcomes at the end of an ordered sequence",
            "Predicting Rare Events by Shrinking Towards Proportional Odds",
            "Faletto, Bien", "ICML", 2023,
            "Estimates the probability of a rare last stage by borrowing from the commoner stages before it, as much as the data allow."),
        new("conr", "Contrastive regularisation for imbalanced regression",
            "ConR: Contrastive Regularizer for Deep Imbalanced Regression",
            "Mahsa Keramati, Lili Meng, R. David Evans", "ICLR", 2024,
            "Keeps the features of rare target ranges from collapsing onto those of frequent ones; beside it LDS, FDS, RankSim and balanced MSE.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Learning.Regression.ConRLoss", "Ballast.Learning.Regression.LabelDistributionSmoothing", "Ballast.Learning.Regression.FeatureDistributionSmoothing",
                "Ballast.Learning.Regression.RankSimLoss", "Ballast.Learning.Regression.BalancedMseLoss", "Ballast.Learning.Regression.RegressionObjective",
                "Ballast.Evaluation.Metrics.RegressionShotReport",
            ],
            Commands = ["reproduce"],
        },
        new("comp-sum-losses", "Comp-sum losses with consistency bounds",
            "Cross-Entropy Loss Functions: Theoretical Analysis and Applications",
            "Mao, Mohri, Zhong", "ICML", 2023,
            "One family from sum-exponential through cross-entropy to mean absolute error, with bounds on the 0-1 error that a surrogate's excess can cost.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Learning.Objectives.CompSum.CompSumLoss", "Ballast.Learning.Objectives.CompSum.ConsistencyBound",
                "Ballast.Learning.Objectives.CompSum.MinimizabilityGap", "Ballast.Learning.Objectives.CompSum.SmoothAdversarialLoss",
                "Ballast.Learning.Adversarial.AdversarialTraining", "Ballast.Learning.Adversarial.TradesObjective",
            ],
            Commands = ["train"],
        },
        new("efficientnet-imbalanced", "EfficientNet for rare image classes",
            "Breast Tumor Classification Using EfficientNet Deep Learning Model",
            "Majid Behzadpour, Bengie L. Ortiz, Ebrahim Azizi, Kai Wu", "arXiv 2411.17870", 2024,
            "Trains an EfficientNet on a coarse task first, then on rare subtypes with augmentation and a cost-sensitive loss, splitting by patient."),
        new("bang", "Ensembles under shift with balanced averaging",
            "Spurious Feature Diversification Improves Out-of-distribution Generalization",
            "Lin, Tan, Hao, Wong, Dong, Zhang, Yang, Zhang", "ICLR", 2024,
            "Averages the weights or outputs of a robust and a fine-tuned model, says why that helps on the data at hand, and mends an over-confident partner."),
        new("drm", "Domain-specific heads chosen at test time",
            "Domain-Specific Risk Minimization for Out-of-Distribution Generalization",
            "Zhang, Wang, Liang, Zhang, Yu, Wang, Tao, Xie", "KDD", 2023,
            "Keeps one head a source over a shared encoder and steers each arriving batch, without labels, to the heads that suit it."),
        new("dataset-distillation", "Dataset distillation",
            "Efficient Dataset Distillation through Alignment with Smooth and High-Quality Expert Trajectories",
            "Shen, Yang, Lam", "arXiv 2310.10541", 2023,
            "Replaces thousands of training rows by a handful of synthetic ones a class on which a fresh network trains in seconds."),
        new("bilevel-penalty", "Bilevel optimisation by penalties",
            "On Penalty Methods for Nonconvex Bilevel Optimization and First-Order Stochastic Approximation",
            "Jeongyeol Kwon, Dohyun Kwon, Stephen Wright, Robert Nowak", "ICLR", 2024,
            "Chooses thousands of row weights or hyper-parameters by what training with them yields on clean data, with first-order gradients only."),
    ];
}
