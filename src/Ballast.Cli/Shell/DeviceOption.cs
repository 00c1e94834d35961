using System.CommandLine;
using Ballast.Learning.Training;

namespace Ballast.Cli.Shell;

/// <summary>The option <c>--device</c> of verbs that run networks.</summary>
internal static class DeviceOption
{
    // A batch of an attack that keeps a graphics card busy: several times what a core likes best.
    private const int CudaBatch = 1024;

    /// <summary>An option of its own for each verb.</summary>
    public static Option<string> Create()
    {
        var option = new Option<string>("--device") { Description = "cpu or cuda.", HelpName = "NAME", DefaultValueFactory = _ => "cpu" };
        option.AcceptOnlyFromAmong("cpu", "cuda");
        return option;
    }

    /// <summary>The device, once it is known to be there.</summary>
    /// <exception cref="ArgumentException">CUDA was asked for and this machine, or this build of libtorch, has none.</exception>
    public static TrainingDevice Read(CommandSession session, Option<string> option)
    {
        var device = session.Get(option) == "cuda" ? TrainingDevice.Cuda : TrainingDevice.Cpu;
        device.Resolve();
        return device;
    }

    /// <summary>Samples that an attack takes together; which points it finds does not depend on it.</summary>
    public static int AttackBatch(TrainingDevice device, int usual) => device == TrainingDevice.Cuda ? CudaBatch : usual;
}
