namespace Ballast.Reproductions.Catalogue;

/// <summary>Methods that say how good a model is, for whom, and how sure that is.</summary>
internal static class EvaluationMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("imbalanced-metrics", "Metrics under massive imbalance and label noise",
            "Empirical study of Machine Learning Classifier Evaluation Metrics behavior in Massively Imbalanced and Noisy data",
            "Kulatilleke, Samarakoon", "arXiv 2208.11904", 2022,
            "Says which figure should rank detectors of a rare class, how far label noise moves each figure, and whether the difference between two models is real.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Evaluation.Metrics.BinaryMetrics", "Ballast.Evaluation.Metrics.MulticlassMetrics", "Ballast.Evaluation.Metrics.ThresholdSweep",
                "Ballast.Evaluation.Metrics.NoiseInversion", "Ballast.Evaluation.Metrics.NoisyEvaluationSimulator", "Ballast.Evaluation.Metrics.ModelRanking", "Ballast.Evaluation.Metrics.DecisionComparison",
            ],
            Commands = ["evaluate", "check"],
        },
        new("h-calibration", "Recalibration and calibration metrics",
            "h-calibration: Rethinking Classifier Recalibration with Probabilistic Error-Bounded Objective",
            "Wenjian Huang, Guiping Cao, Jiahao Xia, Jingkun Chen, Hao Wang, Jianguo Zhang", "IEEE TPAMI", 2025,
            "Makes probabilities mean what they say, for all classes, without changing the predicted class, and measures the error that remains.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Evaluation.Calibration.ErrorBound.HCalibration", "Ballast.Evaluation.Calibration.ErrorBound.ErrorBoundObjective", "Ballast.Evaluation.Calibration.RecalibratorChoice",
                "Ballast.Evaluation.Calibration.RecalibratorCandidates", "Ballast.Evaluation.Calibration.CalibrationError", "Ballast.Evaluation.Calibration.Measures.CalibrationReport",
                "Ballast.Evaluation.Calibration.Measures.CalibrationTest",
            ],
            Commands = ["calibrate", "evaluate", "check"],
        },
        new("accuracy-on-curve", "Subpopulation performance curves",
            "Accuracy on the Curve: On the Nonlinear Correlation of ML Performance Between Data Subpopulations",
            "Weixin Liang, Yining Mao, Yongchan Kwon, Xinyu Yang, James Zou", "ICML", 2023,
            "Tells from many models' accuracies per group whether a minority follows the majority in a line or a curve, and what that means for choosing a model.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Evaluation.Subpopulations.SubpopulationCurve", "Ballast.Evaluation.Subpopulations.SubpopulationFrontier", "Ballast.Evaluation.Subpopulations.SubpopulationTable",
                "Ballast.Evaluation.Subpopulations.TwoFeatureTheory", "Ballast.Learning.Subpopulations.SubpopulationSweep",
            ],
            Commands = ["reproduce"],
        },
        new("fairness-pid", "Local and global disparity decomposed",
            "Demystifying Local and Global Fairness Trade-offs in Federated Learning Using Partial Information Decomposition",
            "Hamman, Dutta", "ICLR", 2024,
            "Splits unfairness over several clients into what shows globally, inside each client and in both, and traces the best accuracy under limits on them.")
        {
            IsBuilt = true,
            Types = ["Ballast.Evaluation.Fairness.DisparityDecomposition", "Ballast.Evaluation.Fairness.FairnessFrontier", "Ballast.Evaluation.Fairness.JointDistribution", "Ballast.Evaluation.Fairness.GroupGaps"],
            Commands = ["fairness"],
        },
        new("fair-error-bound", "Group-fair segmentation by error-bound scaling",
            "FairSeg: A Large-Scale Medical Image Segmentation Dataset for Fairness Learning Using Segment Anything Model with Fair Error-Bound Scaling",
            "Tian, Shi, Luo, Kouhana, Elze, Wang", "ICLR", 2024,
            "Reweights a segmenter's loss by how far each group lags, and reports scores that fall when groups differ.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Learning.Segmentation.FairErrorBoundLoss", "Ballast.Learning.Segmentation.SegmentationTrainer", "Ballast.Learning.Networks.UNet",
                "Ballast.Evaluation.Fairness.EquityScaled", "Ballast.Evaluation.Fairness.SegmentationMetrics", "Ballast.Data.Segmentation.SegmentationFolder", "Ballast.Data.Segmentation.FairSegFolder",
            ],
            Commands = ["reproduce"],
        },
        new("ladder", "Language-driven slice discovery and repair",
            "LADDER: Language-Driven Slice Discovery and Error Rectification in Vision Classifiers",
            "Shantanu Ghosh, Rayan Syed, Chenyu Wang, Vaibhav Choudhary, Binxu Li, Clare B. Poynton, Shyam Visweswaran, Kayhan Batmanghelich", "Findings of ACL", 2025,
            "Says in words which attributes a model leans on, shows the slices where they are missing with their accuracy, and repairs the last layer.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Evaluation.Slices.Language.Ladder", "Ballast.Evaluation.Slices.Language.LanguageSearch", "Ballast.Evaluation.Slices.Language.TableTexts", "Ballast.Evaluation.Slices.Language.LanguageAligner",
                "Ballast.Evaluation.Slices.Repair.SliceMitigation", "Ballast.Evaluation.Slices.Repair.ComparisonHeads", "Ballast.Evaluation.Slices.SliceFinder", "Ballast.Evaluation.Slices.Lines.SliceLine",
                "Ballast.Evaluation.Slices.Trees.ErrorTree", "Ballast.Evaluation.Slices.Clusters.DominoMixture",
            ],
            Commands = ["slices", "reproduce"],
        },
        new("threshold-consistency", "One match threshold for all classes",
            "Threshold-Consistent Margin Loss for Open-World Deep Metric Learning",
            "Zhang, Xu, Tang, Fang, Wu, Tighe, Xing", "ICLR", 2024,
            "Measures how unequal error rates become when one distance threshold serves every class, and adds a loss that evens them out.")
        {
            IsBuilt = true,
            Types =
            [
                "Ballast.Evaluation.Thresholds.OperatingPointInconsistency", "Ballast.Evaluation.Thresholds.LabelledEmbeddings", "Ballast.Evaluation.Thresholds.Retrieval",
                "Ballast.Learning.Metric.ThresholdConsistentMargin", "Ballast.Learning.Metric.CompositeMetricLoss", "Ballast.Learning.Metric.MetricObjective",
            ],
            Commands = ["evaluate", "reproduce"],
        },
    ];
}
