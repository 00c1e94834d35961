namespace Ballast.Robustness.Faults;

/// <summary>How injections are drawn.</summary>
public enum CampaignDesign
{
    /// <summary>Each from the whole population, by raw rate, independently: an interval for the total and for every part of it.</summary>
    ProportionalToRate,

    /// <summary>30 in each stratum, the rest where they narrow the total most; for at most about 20 strata.</summary>
    TwoStage,

    /// <summary>As many in each bit of each stratum, for maps by bit; there is no total.</summary>
    EqualPerStratum,

    /// <summary>Every site with every input: exact.</summary>
    Exhaustive,
}
