using System.Reflection;
using System.Runtime.InteropServices;

namespace Ballast.Learning.Tabular.LightGbm;

/// <summary>The part of LightGBM's C interface (c_api.h of version 4) that training and predicting need.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "lib_lightgbm";

    /// <summary>C_API_DTYPE_FLOAT32.</summary>
    internal const int Float32 = 0;

    /// <summary>C_API_PREDICT_NORMAL: probabilities for classes, values for regression.</summary>
    internal const int PredictNormal = 0;

    /// <summary>C_API_FEATURE_IMPORTANCE_GAIN.</summary>
    internal const int ImportanceByGain = 1;

    static NativeMethods() => NativeLibrary.SetDllImportResolver(typeof(NativeMethods).Assembly, Resolve);

    [LibraryImport(Library)]
    internal static partial nint LGBM_GetLastError();

    [LibraryImport(Library)]
    internal static partial int LGBM_RegisterLogCallback(delegate* unmanaged<byte*, void> callback);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LGBM_DatasetCreateFromMat(
        float* data, int dataType, int rows, int columns, int isRowMajor, string parameters, nint reference, out DatasetHandle handle);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LGBM_DatasetSetField(DatasetHandle handle, string field, float* data, int count, int dataType);

    [LibraryImport(Library)]
    internal static partial int LGBM_DatasetFree(nint handle);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LGBM_BoosterCreate(DatasetHandle train, string parameters, out BoosterHandle handle);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterLoadModelFromString(byte* model, out int iterations, out BoosterHandle handle);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterFree(nint handle);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterAddValidData(BoosterHandle handle, DatasetHandle validation);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterUpdateOneIter(BoosterHandle handle, out int isFinished);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterGetEval(BoosterHandle handle, int dataIndex, out int count, double* results);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterSaveModelToString(
        BoosterHandle handle, int startIteration, int iterations, int importanceType, long capacity, out long length, byte* text);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LGBM_BoosterPredictForMat(
        BoosterHandle handle, float* data, int dataType, int rows, int columns, int isRowMajor,
        int predictType, int startIteration, int iterations, string parameters, out long length, double* results);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterFeatureImportance(BoosterHandle handle, int iterations, int importanceType, double* results);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterGetNumFeature(BoosterHandle handle, out int count);

    [LibraryImport(Library)]
    internal static partial int LGBM_BoosterGetNumClasses(BoosterHandle handle, out int count);

    /// <summary>Silences LightGBM's log, which otherwise goes to standard output. The setting belongs to the calling thread, so every entry point sets it.</summary>
    internal static void SilenceLog() => Check(LGBM_RegisterLogCallback(&Ignore));

    /// <summary>Turns LightGBM's status into an exception.</summary>
    /// <exception cref="InvalidOperationException">LightGBM refused; the message is its own.</exception>
    internal static void Check(int status)
    {
        if (status != 0)
            throw new InvalidOperationException($"LightGBM: {Marshal.PtrToStringUTF8(LGBM_GetLastError())}");
    }

    [UnmanagedCallersOnly]
    private static void Ignore(byte* message)
    {
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        name == Library ? LightGbmLibrary.Load(name, assembly, search, AppContext.BaseDirectory) : 0;
}

/// <summary>A LightGBM data set (binned features).</summary>
internal sealed class DatasetHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.LGBM_DatasetFree(handle) == 0;
}

/// <summary>A LightGBM booster (a sequence of trees).</summary>
internal sealed class BoosterHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => NativeMethods.LGBM_BoosterFree(handle) == 0;
}
