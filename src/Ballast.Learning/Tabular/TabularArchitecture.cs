namespace Ballast.Learning.Tabular;

/// <summary>Networks for tables.</summary>
public enum TabularArchitecture
{
    /// <summary><see cref="Networks.TabularMlp"/>.</summary>
    Mlp,

    /// <summary><see cref="Networks.TabularResNet"/>.</summary>
    ResNet,
}
