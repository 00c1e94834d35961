namespace Ballast.Exchange.Onnx.Parts;

/// <summary>How an ONNX file stores the numbers of a weight. The values are the standard's own (TensorProto.DataType).</summary>
public enum StoredNumber
{
    /// <summary>IEEE 754 single precision.</summary>
    Float32 = 1,

    /// <summary>Unsigned, 8 bits: a quantised weight or a zero point.</summary>
    UInt8 = 2,

    /// <summary>Two's complement, 8 bits: a quantised weight or a zero point.</summary>
    Int8 = 3,

    /// <summary>Two's complement, 32 bits: the bias of a quantised layer.</summary>
    Int32 = 6,

    /// <summary>IEEE 754 half precision.</summary>
    Float16 = 10,

    /// <summary>IEEE 754 double precision.</summary>
    Float64 = 11,

    /// <summary>The upper half of single precision.</summary>
    BFloat16 = 16,
}
