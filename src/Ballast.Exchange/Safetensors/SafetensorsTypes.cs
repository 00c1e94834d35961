namespace Ballast.Exchange.Safetensors;

/// <summary>Names and sizes of the element types.</summary>
internal static class SafetensorsTypes
{
    private static readonly Dictionary<string, SafetensorsType> ByName = Enum.GetValues<SafetensorsType>().ToDictionary(NameOf);

    public static string NameOf(SafetensorsType type) => type switch
    {
        SafetensorsType.Boolean => "BOOL",
        SafetensorsType.UInt8 => "U8",
        SafetensorsType.Int8 => "I8",
        SafetensorsType.Float8E5M2 => "F8_E5M2",
        SafetensorsType.Float8E4M3 => "F8_E4M3",
        SafetensorsType.Float8E8M0 => "F8_E8M0",
        SafetensorsType.Int16 => "I16",
        SafetensorsType.UInt16 => "U16",
        SafetensorsType.Float16 => "F16",
        SafetensorsType.BFloat16 => "BF16",
        SafetensorsType.Int32 => "I32",
        SafetensorsType.UInt32 => "U32",
        SafetensorsType.Float32 => "F32",
        SafetensorsType.Int64 => "I64",
        SafetensorsType.UInt64 => "U64",
        _ => "F64",
    };

    public static SafetensorsType? Parse(string name) => ByName.TryGetValue(name, out var type) ? type : null;

    public static string AllNames => string.Join(", ", ByName.Keys);

    public static int SizeOf(SafetensorsType type) => type switch
    {
        <= SafetensorsType.Float8E8M0 => 1,
        <= SafetensorsType.BFloat16 => 2,
        <= SafetensorsType.Float32 => 4,
        _ => 8,
    };

    /// <summary>The type that holds <typeparamref name="T"/> bit by bit.</summary>
    public static SafetensorsType TypeOf<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? SafetensorsType.Float32
        : typeof(T) == typeof(double) ? SafetensorsType.Float64
        : typeof(T) == typeof(Half) ? SafetensorsType.Float16
        : typeof(T) == typeof(long) ? SafetensorsType.Int64
        : typeof(T) == typeof(ulong) ? SafetensorsType.UInt64
        : typeof(T) == typeof(int) ? SafetensorsType.Int32
        : typeof(T) == typeof(uint) ? SafetensorsType.UInt32
        : typeof(T) == typeof(short) ? SafetensorsType.Int16
        : typeof(T) == typeof(ushort) ? SafetensorsType.UInt16
        : typeof(T) == typeof(sbyte) ? SafetensorsType.Int8
        : typeof(T) == typeof(byte) ? SafetensorsType.UInt8
        : typeof(T) == typeof(bool) ? SafetensorsType.Boolean
        : throw new NotSupportedException($"No element type holds {typeof(T)}.");
}
