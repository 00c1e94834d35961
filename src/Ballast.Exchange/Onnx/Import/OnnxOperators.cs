namespace Ballast.Exchange.Onnx.Import;

/// <summary>Every operator that is read, and how.</summary>
internal static class OnnxOperators
{
    public static IReadOnlyDictionary<string, Func<OnnxNode, OnnxValue>> All { get; } = new[]
    {
        ElementwiseImports.All, ArithmeticImports.All, LayerImports.All, PoolingImports.All, ShapeImports.All, IndexingImports.All, ReductionImports.All,
    }.SelectMany(family => family).ToDictionary();
}
