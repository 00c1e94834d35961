namespace Ballast.Robustness.Verification;

/// <summary>The answers of the verification competition.</summary>
public enum Verdict
{
    /// <summary>Proved: no input of the property has unsafe outputs.</summary>
    Unsat,

    /// <summary>Refuted: an input has unsafe outputs, and ONNX Runtime confirms it.</summary>
    Sat,

    /// <summary>Neither, and nothing more to try.</summary>
    Unknown,

    /// <summary>Neither within the time given.</summary>
    Timeout,
}
