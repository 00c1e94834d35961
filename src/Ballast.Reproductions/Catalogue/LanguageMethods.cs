namespace Ballast.Reproductions.Catalogue;

/// <summary>Language models: the decoder, and methods that tune, repair, recover and sample them.</summary>
internal static class LanguageMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("language-model", "Language-model substrate",
            "Llama: Open and Efficient Foundation Language Models, and GPT-2: Language Models are Unsupervised Multitask Learners",
            "Touvron et al.; Radford et al.", "arXiv 2302.13971; OpenAI", 2023,
            "A decoder that loads ordinary model folders, gives exact logits, generates, trains, and lets a caller look into and replace any layer."),
        new("fait", "Fault-aware fine-tuning",
            "FAIT: Fault-Aware Fine-Tuning for Better Code Generation",
            "Lishui Fan, Zhongxin Liu, Haoye Wang, Lingfeng Bao, Xin Xia, Shanping Li", "arXiv 2503.16913", 2025,
            "Fine-tunes a code model with more weight on the few tokens that separate a right program from a similar wrong one."),
        new("irepair", "Sliced model repair",
            "IRepair: An Intent-Aware Approach to Repair Data-Driven Errors in Large Language Models",
            "Sayem Mohammad Imtiaz, Astha Singh, Fraol Batole, Hridesh Rajan", "FSE", 2025,
            "Removes a bad habit from a language model by changing, at each step, only the blocks that the error runs through."),
        new("paser", "Recovery-data selection for pruned models",
            "PASER: Post-Training Data Selection for Efficient Pruned Large Language Model Recovery",
            "He, Yin, Zhen, Zhang, Yuan, Ma", "ICLR", 2026,
            "Chooses the few per cent of a training pool that bring back what pruning destroyed."),
        new("resampling-limits", "Resampling planner",
            "Inference Scaling fLaws: The Limits of LLM Resampling with Imperfect Verifiers",
            "Benedikt Stroebl, Sayash Kapoor, Arvind Narayanan", "arXiv 2411.17501", 2024,
            "Says how accurate generate-and-check can ever get, how many samples to draw, when to abstain, and when a dearer model is better."),
    ];
}
