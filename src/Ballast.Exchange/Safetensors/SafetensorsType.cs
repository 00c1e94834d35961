namespace Ballast.Exchange.Safetensors;

/// <summary>The element types of the format.</summary>
public enum SafetensorsType
{
    /// <summary>One byte, 0 or 1 (<c>BOOL</c>).</summary>
    Boolean,

    /// <summary>8-bit unsigned integer (<c>U8</c>).</summary>
    UInt8,

    /// <summary>8-bit signed integer (<c>I8</c>).</summary>
    Int8,

    /// <summary>8-bit float with 2 bits of mantissa (<c>F8_E5M2</c>); kept as bytes.</summary>
    Float8E5M2,

    /// <summary>8-bit float with 3 bits of mantissa, no infinities (<c>F8_E4M3</c>); kept as bytes.</summary>
    Float8E4M3,

    /// <summary>8-bit power of two (<c>F8_E8M0</c>); kept as bytes.</summary>
    Float8E8M0,

    /// <summary>16-bit signed integer (<c>I16</c>).</summary>
    Int16,

    /// <summary>16-bit unsigned integer (<c>U16</c>).</summary>
    UInt16,

    /// <summary>IEEE 754 binary16 (<c>F16</c>).</summary>
    Float16,

    /// <summary>The upper half of a binary32 (<c>BF16</c>).</summary>
    BFloat16,

    /// <summary>32-bit signed integer (<c>I32</c>).</summary>
    Int32,

    /// <summary>32-bit unsigned integer (<c>U32</c>).</summary>
    UInt32,

    /// <summary>IEEE 754 binary32 (<c>F32</c>).</summary>
    Float32,

    /// <summary>64-bit signed integer (<c>I64</c>).</summary>
    Int64,

    /// <summary>64-bit unsigned integer (<c>U64</c>).</summary>
    UInt64,

    /// <summary>IEEE 754 binary64 (<c>F64</c>).</summary>
    Float64,
}
