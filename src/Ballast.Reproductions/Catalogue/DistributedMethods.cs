namespace Ballast.Reproductions.Catalogue;

/// <summary>Training on many workers.</summary>
internal static class DistributedMethods
{
    public static IReadOnlyList<MethodEntry> Entries { get; } =
    [
        new("distributed-runtime", "Distributed runtime",
            "Data-parallel training and fan-out of jobs on Microsoft Orleans",
            "The Orleans authors", "github.com/dotnet/orleans", 2026,
            "Runs the same training on one process or many machines with the same numbers, and survives a worker that dies, hangs or is cut off."),
        new("ef21", "Compressed gradient descent with error feedback",
            "Error Feedback Reloaded: From Quadratic to Arithmetic Mean of Smoothness Constants",
            "Peter Richtárik, Elnur Gasanov, Konstantin Burlachenko", "ICLR", 2024,
            "Sends only the compressed change of a gradient estimate, converges like gradient descent, and tells how large a step is safe."),
        new("econtrol", "Error-controlled compressed training",
            "EControl: Fast Distributed Optimization with Compression and Error Control",
            "Yuan Gao, Rustem Islamov, Sebastian U. Stich", "ICLR", 2024,
            "Trains with compressed messages on unequal shards without bias, and lets noise average over the workers."),
        new("c4", "Diagnosis of slow and dead workers",
            "Boosting Large-scale Parallel Training Efficiency with C4: A Communication-Driven Approach",
            "Jianbo Dong, Bin Luo, Jun Zhang, et al.", "arXiv 2406.04594", 2024,
            "Names from timing records alone the worker or link at fault, whether it hangs or is slow, and plans the paths of large flows."),
    ];
}
