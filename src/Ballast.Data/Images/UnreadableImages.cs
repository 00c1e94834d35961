namespace Ballast.Data.Images;

/// <summary>What happens with images that cannot be used.</summary>
public enum UnreadableImages
{
    /// <summary>They are left out and named, as long as they are few (<see cref="ImageFolderOptions.MaxUnreadableShare"/>).</summary>
    Skip,

    /// <summary>The first of them is an error.</summary>
    Refuse,
}
