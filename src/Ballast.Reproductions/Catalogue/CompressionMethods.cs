namespace Ballast.Reproductions.Catalogue;

/// <summary>Methods that make models smaller or train them in few bits.</summary>
internal static class CompressionMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("zeroquant-fp", "Low-bit number formats and post-training quantisation",
            "ZeroQuant-FP: A Leap Forward in LLMs Post-Training W4A8 Quantization Using Floating-Point Formats",
            "Wu, Yao, He", "arXiv 2307.09782", 2023,
            "Defines FP8, FP4 and block formats bit by bit and quantises a trained model to 4-bit weights and 8-bit activations, layer by layer."),
        new("qat-scaling-law", "Quantisation-aware training and its scaling law",
            "Scaling Law for Quantization-Aware Training",
            "Chen, Zhang, Liu, Zeng, Xue, Liu, Li, Ma, Huang, Zhou, Luo", "arXiv 2505.14302", 2025,
            "Forecasts what 4-bit training will cost at a model size, token count and group size, finds the layer that deserves 8 bits, and trains such models."),
        new("low-precision-training", "Training in low precision",
            "Low-Precision Training of Large Language Models: Methods, Challenges, and Opportunities",
            "Hao, Guo, Shen, Luo, Hu, Wang, Yu, Wen, Tao", "arXiv 2505.01043", 2025,
            "Emulates training in FP8, MXFP4, INT8 or BF16 beside a full-precision run and tells which tensor breaks first and what mends it."),
        new("class-dependent-compression", "Pruning that protects chosen classes",
            "Class-dependent Compression of Deep Neural Networks",
            "Entezari, Saukh", "SenSys-ML Workshop", 2020,
            "Finds the smallest sub-network that keeps the misses of named classes within a bound, and shows the price in false alarms."),
        new("evopress", "Non-uniform compression by evolutionary search",
            "EvoPress: Accurate Dynamic Model Compression via Evolutionary Search",
            "Sieberling, Kuznedelev, Kurtic, Alistarh", "ICML", 2025,
            "Finds which compressed version each layer should take so that the whole model changes least within an exact budget."),
        new("once-for-all-quant", "Once-for-all quantised fine-tuning",
            "One QuantLLM for ALL: Fine-tuning Quantized LLMs Once for Efficient Deployments",
            "Yi, Xu, Chang, Tang, Meng, Zhang, Li", "ACL", 2025,
            "Trains one super-network from which every bit budget between 2 and 4 is served in seconds."),
    ];
}
