using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Constants in another order of axes.</summary>
internal static class TensorLayout
{
    private const int Tile = 32;

    /// <summary>[a, b] as [b, a].</summary>
    public static GraphTensor Transpose(GraphTensor tensor)
    {
        var (rows, columns) = (tensor.Shape[0], tensor.Shape[1]);
        return tensor.Type == ElementType.Float32
            ? new GraphTensor(tensor.Name, [columns, rows], Transpose(tensor.Values.Span, rows, columns))
            : new GraphTensor(tensor.Name, [columns, rows], Transpose(tensor.Doubles.Span, rows, columns));
    }

    // Tiles keep both sides in the cache.
    private static T[] Transpose<T>(ReadOnlySpan<T> values, int rows, int columns)
    {
        var result = new T[values.Length];
        for (var top = 0; top < rows; top += Tile)
            for (var left = 0; left < columns; left += Tile)
                for (var i = top; i < Math.Min(rows, top + Tile); i++)
                    for (var j = left; j < Math.Min(columns, left + Tile); j++)
                        result[j * rows + i] = values[i * columns + j];
        return result;
    }
}
