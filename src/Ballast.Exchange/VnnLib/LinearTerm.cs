namespace Ballast.Exchange.VnnLib;

/// <summary>A linear expression: a number plus numbers times names.</summary>
internal sealed class LinearTerm
{
    public double Constant { get; private set; }

    public Dictionary<int, double> Inputs { get; } = [];

    public Dictionary<int, double> Outputs { get; } = [];

    public bool IsNumber => Inputs.Count == 0 && Outputs.Count == 0;

    public static LinearTerm Number(double value) => new() { Constant = value };

    public void Add(LinearTerm other, double factor)
    {
        Constant += factor * other.Constant;
        Add(Inputs, other.Inputs, factor);
        Add(Outputs, other.Outputs, factor);
    }

    private static void Add(Dictionary<int, double> sum, Dictionary<int, double> other, double factor)
    {
        foreach (var (index, value) in other)
        {
            var total = sum.GetValueOrDefault(index) + factor * value;
            if (total == 0)
                sum.Remove(index);
            else
                sum[index] = total;
        }
    }
}
