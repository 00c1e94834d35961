using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ballast.Core;

/// <summary>Argument checks that return the value, so that a parameter can be checked where it is assigned.</summary>
public static class Guard
{
    /// <summary>Returns <paramref name="value"/> when it is at least 0 and not NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or NaN.</exception>
    public static T NotNegative<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null, [CallerMemberName] string? member = null) where T : INumber<T> =>
        value >= T.Zero ? value : throw OutOfRange(value, name, member, "be at least 0");

    /// <summary>Returns <paramref name="value"/> when it is greater than 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is 0, negative or NaN.</exception>
    public static T Positive<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null, [CallerMemberName] string? member = null) where T : INumber<T> =>
        value > T.Zero ? value : throw OutOfRange(value, name, member, "be greater than 0");

    /// <summary>Returns <paramref name="value"/> when it lies in [<paramref name="low"/>, <paramref name="high"/>].</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside the range or is NaN.</exception>
    public static T InRange<T>(T value, T low, T high, [CallerArgumentExpression(nameof(value))] string? name = null, [CallerMemberName] string? member = null) where T : INumber<T> =>
        value >= low && value <= high ? value : throw OutOfRange(value, name, member, $"lie between {low} and {high}");

    /// <summary>Checks that two things that describe the same rows have the same length.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void SameLength(int expected, int actual, string expectedName, string actualName)
    {
        if (expected != actual)
            throw new ArgumentException($"{actualName} has length {actual}, but {expectedName} has length {expected}.", actualName);
    }

    // In a property's setter the value is called 'value', which tells a user nothing.
    private static ArgumentOutOfRangeException OutOfRange<T>(T value, string? name, string? member, string must)
    {
        var known = name == "value" ? member : name;
        return new ArgumentOutOfRangeException(known, value, $"{known} must {must}.");
    }
}
