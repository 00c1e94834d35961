namespace Ballast.Learning.Training;

/// <summary>How far training has come: everything beside tensors that must be known to go on.</summary>
internal sealed record TrainingPosition
{
    /// <summary>Epoch under way, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps made in that epoch.</summary>
    public int StepsInEpoch { get; set; }

    /// <summary>Steps made in all.</summary>
    public long Steps { get; set; }

    /// <summary>Sum over the epoch's samples so far of the training loss.</summary>
    public double LossSum { get; set; }

    /// <summary>Samples of the epoch so far.</summary>
    public long Samples { get; set; }

    /// <summary>Epochs whose weights were averaged (SWA), or steps (EMA).</summary>
    public long Averaged { get; set; }

    /// <summary>Best validation score so far, more being better; null before the first.</summary>
    public double? BestScore { get; set; }

    /// <summary>Epoch of the best score.</summary>
    public int BestEpoch { get; set; }

    /// <summary>Whether early stopping has ended training.</summary>
    public bool Stopped { get; set; }

    /// <summary>Finished epochs.</summary>
    public List<EpochRecord> History { get; init; } = [];
}
