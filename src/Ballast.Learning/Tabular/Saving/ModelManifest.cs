using System.Text.Json;
using System.Text.Json.Serialization;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Thresholds;

namespace Ballast.Learning.Tabular.Saving;

/// <summary>What <c>manifest.json</c> of a model file says.</summary>
internal sealed record ModelManifest
{
    internal const string FormatName = "ballast-model";

    internal static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public string Format { get; init; } = FormatName;

    public int Version { get; init; } = ModelFile.FormatVersion;

    public required ModelState Model { get; init; }

    public required IReadOnlyList<string> ClassNames { get; init; }

    public required IReadOnlyList<FeatureColumn> Columns { get; init; }

    public JsonElement? Encoder { get; init; }

    public TargetCoding? Target { get; init; }

    public ITrainedRecalibrator? Recalibrator { get; init; }

    public IDecisionRule? DecisionRule { get; init; }

    public ModelProvenance? Provenance { get; init; }

    public required IReadOnlyList<ModelPart> Parts { get; init; }

    internal static ModelManifest Of(SavedModel model, ModelParts parts) => new()
    {
        Model = model.Classifier is not null ? ModelState.Of(model.Classifier, parts) : ModelState.Of(model.Regressor!, parts),
        ClassNames = model.Classifier?.ClassNames ?? [],
        Columns = model.Columns,
        Encoder = model.Encoder is null ? null : JsonElement.Parse(model.Encoder.ToJson()),
        Target = model.Target,
        Recalibrator = model.Recalibrator,
        DecisionRule = model.DecisionRule,
        Provenance = model.Provenance,
        Parts = parts.Describe(),
    };

    internal SavedModel ToModel(ModelParts parts)
    {
        var encoder = Encoder is { } json ? FeatureEncoder.FromJson(json.GetRawText()) : null;
        if (encoder is not null && encoder.FeatureColumns.Count != Columns.Count)
            throw new InvalidDataException($"an encoder of {encoder.FeatureColumns.Count} features for a model of {Columns.Count}");
        var model = Model.IsRegression
            ? new SavedModel(Model.ToRegressor(Columns, parts))
            : new SavedModel(Model.ToClassifier(ClassNames, Columns, parts));
        return model with { Encoder = encoder, Target = Target, Recalibrator = Recalibrator, DecisionRule = DecisionRule, Provenance = Provenance };
    }
}
