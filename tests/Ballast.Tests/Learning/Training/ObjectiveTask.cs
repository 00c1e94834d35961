namespace Ballast.Tests.Learning.Training;

internal enum ObjectiveTask
{
    Classification,
    Regression,
}
