namespace Ballast.Learning.Adversarial;

/// <summary>An attack with the loss it raises, under a name to report.</summary>
/// <param name="Name">Such as "pgd".</param>
/// <param name="Attack">The attack.</param>
/// <param name="Loss">What it raises.</param>
public sealed record NamedAttack(string Name, Attack Attack, AttackLoss Loss)
{
    /// <summary>The attacks by which robust accuracy is usually measured: FGSM, PGD, AutoPGD on cross-entropy, and AutoPGD on the difference of logits ratio where there are three classes or more, on the margin otherwise.</summary>
    /// <param name="threat">What the attacker may do.</param>
    /// <param name="classes">Classes K, at least 2.</param>
    /// <param name="steps">Steps of PGD; AutoPGD makes as many.</param>
    /// <param name="restarts">Starts of each but FGSM.</param>
    public static IReadOnlyList<NamedAttack> Standard(ThreatModel threat, int classes, int steps = 20, int restarts = 1)
    {
        return
        [
            new("fgsm", Pgd.Fgsm(threat), AttackLoss.CrossEntropy),
            new("pgd", new Pgd(threat) { Steps = steps, Restarts = restarts }, AttackLoss.CrossEntropy),
            .. Automatic(threat, classes, steps, restarts),
        ];
    }

    /// <summary>AutoPGD on cross-entropy, then on the difference of logits ratio where there are three classes or more, on the margin otherwise.</summary>
    /// <param name="threat">What the attacker may do.</param>
    /// <param name="classes">Classes K, at least 2.</param>
    /// <param name="iterations">Iterations.</param>
    /// <param name="restarts">Starts.</param>
    public static IReadOnlyList<NamedAttack> Automatic(ThreatModel threat, int classes, int iterations = 100, int restarts = 1)
    {
        var attack = new AutoPgd(threat) { Iterations = iterations, Restarts = restarts };
        return [new("autopgd-ce", attack, AttackLoss.CrossEntropy), classes >= 3 ? new("autopgd-dlr", attack, AttackLoss.Dlr) : new("autopgd-margin", attack, AttackLoss.Margin)];
    }
}
