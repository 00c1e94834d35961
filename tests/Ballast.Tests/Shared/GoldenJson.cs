using System.Text.Json;
using static TorchSharp.torch;

namespace Ballast.Tests.Shared;

/// <summary>Arrays of golden vectors, and comparison as |a - b| &lt;= tolerance (1 + |b|).</summary>
internal static class GoldenJson
{
    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(e => (int)e.GetDouble())];

    /// <summary>All numbers of a nested array, in order.</summary>
    public static double[] Doubles(JsonElement array) => array.ValueKind == JsonValueKind.Array ? [.. array.EnumerateArray().SelectMany(Doubles)] : [array.GetDouble()];

    /// <summary>A tensor with the array's own shape.</summary>
    public static Tensor Tensor(JsonElement array, ScalarType type = ScalarType.Float64)
    {
        var shape = new List<long>();
        for (var inner = array; inner.ValueKind == JsonValueKind.Array; inner = inner[0])
            shape.Add(inner.GetArrayLength());
        return tensor(Doubles(array), float64).reshape([.. shape]).to(type);
    }

    public static void Close(JsonElement expected, Tensor actual, double tolerance, string what) => Close(Doubles(expected), actual.to(float64).contiguous().data<double>().ToArray(), tolerance, what);

    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= tolerance * (1 + Math.Abs(expected[i])), $"{what}[{i}]: expected {expected[i]:R}, got {actual[i]:R}.");
    }
}
