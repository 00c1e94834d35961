namespace Ballast.Learning.LongTail;

/// <summary>An option of a choice: a number with a default.</summary>
/// <param name="Name">Its name in a text such as <c>focal:gamma=2</c>.</param>
/// <param name="Default">Its value where it is not given; null where the choice then decides by itself.</param>
/// <param name="Meaning">What it does, in a few words.</param>
public sealed record ChoiceOption(string Name, double? Default, string Meaning);
