namespace Ballast.Data.Images.Augmentation;

/// <summary>A step that changes light or colour; after a run of such steps the pipeline clips values to [0,1], once.</summary>
public abstract record ColorStep : PixelStep;
