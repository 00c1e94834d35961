namespace Ballast.Learning.LongTail;

/// <summary>One thing that a user picks by name, with options.</summary>
/// <param name="Name">What a user writes.</param>
/// <param name="Summary">What it is, in one sentence.</param>
/// <param name="Options">Its options.</param>
/// <param name="Make">Makes it of the options' values.</param>
public sealed record Choice<T>(string Name, string Summary, IReadOnlyList<ChoiceOption> Options, Func<ChoiceValues, T> Make);
