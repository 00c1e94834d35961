using System.Runtime.InteropServices;
using Ballast.Cli.Shell;
using Ballast.Learning.Training;

TensorMemory.KeepFreed();
using var interruption = new CancellationTokenSource();

// The first signal asks the work to stop; a second one is not caught and ends the program at once.
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return BallastApplication.Run(args, CommandHost.OfThisProcess(interruption.Token));
