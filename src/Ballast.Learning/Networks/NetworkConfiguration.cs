using System.Text.Json.Serialization;

namespace Ballast.Learning.Networks;

/// <summary>All that makes a network again, its weights apart.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "architecture")]
[JsonDerivedType(typeof(MlpConfiguration), "mlp")]
[JsonDerivedType(typeof(TabularMlpConfiguration), "tabular-mlp")]
[JsonDerivedType(typeof(TabularResNetConfiguration), "tabular-resnet")]
[JsonDerivedType(typeof(LeNetConfiguration), "lenet")]
[JsonDerivedType(typeof(SmallCnnConfiguration), "small-cnn")]
[JsonDerivedType(typeof(Cnn7Configuration), "cnn-7")]
[JsonDerivedType(typeof(ResNetConfiguration), "resnet")]
[JsonDerivedType(typeof(EfficientNetConfiguration), "efficientnet")]
[JsonDerivedType(typeof(Onnx.ImportedConfiguration), "imported")]
public abstract record NetworkConfiguration
{
    /// <summary>Makes the network with first weights of <paramref name="seed"/>, in training mode, on the CPU.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public Network Create(long seed) => Create(new Initialization(seed));

    /// <summary>Makes the network with weights from <paramref name="weights"/>, in training mode, on the CPU.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public abstract Network Create(Initialization weights);
}
